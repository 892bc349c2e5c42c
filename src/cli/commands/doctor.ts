import { tableOf, tableText } from "../../report/index.ts";
import { defineCommand, type CommandResult } from "../command.ts";
import type { EngineFinding } from "../doctor/engine.ts";
import { examineMachine, type Examination } from "../doctor/examine.ts";
import { testEngine } from "../doctor/test-engine.ts";

/** `heterostem doctor`: what this machine has to compute with, and whether it computes right. */
export const doctorCommand = defineCommand({
  name: "doctor",
  summary: "Say what this machine has to compute with, and test each engine",
  arguments: {},
  flags: {},
  example: "doctor",
  async run(_, { progress, startStage, version }) {
    const stage = startStage("Testing engines", 4);
    const found = await examineMachine({
      test: testEngine,
      now: () => progress.now(),
      onEngine: (done) => stage.update(done),
    });
    stage.finish();
    return doctorResult(found, version);
  },
});

/**
 * The report of an examination.
 *
 * @param found facts and engines
 * @param version of the program
 * @returns text and JSON; with a failure where an engine computes wrong numbers
 */
export function doctorResult({ facts, engines }: Examination, version: string): CommandResult {
  const wrong = engines.filter(({ verdict }) => verdict === "wrong");
  const width = Math.max(...facts.map(({ name }) => name.length));
  const remedies = [...facts.map(({ name, remedy }) => ({ title: name, remedy })), ...engines].filter(
    ({ remedy }) => remedy !== null,
  );
  const text = [
    `heterostem ${version}, Node.js ${process.versions.node}, ${process.platform}`,
    ...facts.map((fact) => `${fact.name.padEnd(width)}  ${fact.text}`),
    "",
    tableText(engineTable(engines)),
    ...engines.flatMap(({ title, reason }) => (reason === null ? [] : ["", `${title}: ${reason}`])),
    ...(remedies.length === 0 ? [] : ["", "What can be done:"]),
    ...remedies.map(({ title, remedy }) => `  ${title}: ${remedy}`),
  ].join("\n");
  const known = Object.fromEntries(
    facts.map(({ name, values, remedy }) => [keyOf(name), { ...values, remedy }]),
  );
  const json = {
    heterostem: version,
    node: process.versions.node,
    platform: process.platform,
    ...known,
    engines,
    isRight: wrong.length === 0,
  };
  return wrong.length === 0 ? { text, json } : { text, json, failure: failureOf(wrong) };
}

function engineTable(engines: readonly EngineFinding[]) {
  return tableOf(engines, [
    { heading: "self-test", text: ({ title }) => title },
    { heading: "device", text: ({ device }) => device ?? "none" },
    {
      heading: "largest difference",
      number: ({ worstRelativeDeviation }) => worstRelativeDeviation,
      show: (value) => value.toExponential(1),
    },
    { heading: "allowed", number: ({ allowed }) => allowed, show: (value) => value.toExponential(0) },
    { heading: "seconds", number: ({ seconds }) => seconds, show: (value) => value.toFixed(1) },
    { heading: "verdict", text: ({ verdict }) => VERDICTS[verdict] },
  ]);
}

const VERDICTS: Readonly<Record<EngineFinding["verdict"], string>> = {
  right: "right",
  wrong: "WRONG NUMBERS",
  absent: "does not run here",
};

function failureOf(wrong: readonly EngineFinding[]): string {
  const list = wrong.map(
    ({ title, device, worstRelativeDeviation, allowed }) =>
      `${title} (${device}) off by ${worstRelativeDeviation?.toExponential(1)} where ${allowed} is allowed`,
  );
  return `Cannot trust this machine: engines must agree with the CPU, got ${list.join("; ")}`;
}

/** "temporary folder" is temporaryFolder in JSON. */
function keyOf(name: string): string {
  return name.replaceAll(/ (\w)/g, (_, letter: string) => letter.toUpperCase());
}
