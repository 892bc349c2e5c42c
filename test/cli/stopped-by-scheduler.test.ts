import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runCommandLine } from "../../src/cli/run-command-line.ts";

/** SIGTERM to runs that keep checkpoints, in this process; that of `generate` is the matter of interruption.test.ts. */
const RECIPE = `
name: small
seed: 7
microscope: { widthPx: 32, heightPx: 32, pixelSizeNm: 6 }
aggregate: { particleCount: { logUniform: [20, 40] } }
training: { epochs: 2, widths: [8, 16] }
corpus: { trainCount: 16, validationCount: 8, testCount: 4 }
`;
const GROWING = "Growing and imaging aggregates";
const LOST =
  "nothing was kept, for there was no checkpoint yet; the same call begins anew, with --resume or without\n";

const folder = mkdtempSync(join(tmpdir(), "heterostem-terminated-"));
const recipe = join(folder, "small.yaml");
writeFileSync(recipe, RECIPE);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the program and sends it SIGTERM when a stage begins. */
async function terminatedIn(title: string, ...words: string[]) {
  let said = "";
  const terminal = {
    printResult: () => {},
    printError: (text: string) => void (said += text),
    progress: {
      isTerminal: false,
      now: () => 0,
      write(text: string) {
        said += text;
        if (text.startsWith(title)) process.emit("SIGTERM");
      },
    },
  };
  return { code: await runCommandLine(words, terminal), said, left: readdirSync(folder) };
}

test("SIGTERM while study grows its samples ends it after one, says that nothing was kept and leaves nothing", async () => {
  const words = ["study", recipe, "--workers", "1", "--out", join(folder, "run")];
  const { code, said, left } = await terminatedIn(GROWING, ...words);
  expect(said).toContain("heterostem: asked to stop (SIGTERM); finishing the step at hand\n");
  expect(said).toContain(`heterostem: stopped in the stage "${GROWING}"; ${LOST}`);
  expect([code, left]).toEqual([75, ["small.yaml"]]);
  expect(process.listenerCount("SIGTERM")).toBe(0);
});

test("train with --resume, stopped before its first checkpoint, grows its samples anew and trains", async () => {
  const words = ["train", recipe, "--workers", "1", "--out", join(folder, "run"), "--resume"];
  await terminatedIn(GROWING, ...words);
  const { said } = await terminatedIn("Training the network", ...words);
  expect(said).toContain(`${GROWING}: done`);
  expect(said).toContain(
    'stopped in the stage "Training the network"; the images that were grown are kept; the same call with --resume goes on with them\n',
  );
  rmSync(join(folder, "run.checkpoints"), { recursive: true });
});

test("SIGTERM while demo grows its samples says that demo keeps no checkpoints, and leaves nothing", async () => {
  const words = ["demo", recipe, "--workers", "1", "--out", join(folder, "run")];
  const { code, said, left } = await terminatedIn(GROWING, ...words);
  expect(said).toContain(
    `stopped in the stage "${GROWING}"; nothing of the training was kept, for demo writes no checkpoints (study does); the same call with --force begins anew\n`,
  );
  expect([code, left]).toEqual([75, ["small.yaml"]]);
});
