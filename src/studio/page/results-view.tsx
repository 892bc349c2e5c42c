import { encodeRoiSet } from "../../labels/index.ts";
import { discOutlines } from "../../particles/index.ts";
import type { ReadImage, Taken } from "../worker/protocol.ts";
import type { Contrast } from "./contrast.ts";
import { CopyLine } from "./copy-line.tsx";
import { download } from "./download.ts";
import { correctionsName, stemOf, valueOf, type Item } from "./item.ts";
import { methodsText } from "./methods-text.ts";
import { estimatesCsv, imageJson, particlesCsv } from "./results-text.ts";
import { invertCommand, particlesCommand } from "./same-command.ts";
import { seenPng } from "./seen-png.ts";

/** Everything that leaves the page: files, and the command lines that give the same numbers. */
export function ResultsView({
  item,
  image,
  contrast,
  taken,
  version,
}: {
  readonly item: Item;
  readonly image: ReadImage;
  readonly contrast: Contrast;
  readonly taken: Taken;
  readonly version: string;
}) {
  const [answers, found] = [valueOf(item.answer) ?? [], valueOf(item.particles)];
  const stem = stemOf(item);
  const button = (words: string, isThere: boolean, take: () => void) => (
    <button type="button" disabled={!isThere} onClick={take}>
      {words}
    </button>
  );
  return (
    <section class="results" aria-label="Results">
      <h2>Take it along</h2>
      <p class="buttons">
        {button(
          "Estimates, CSV",
          answers.some(({ estimates }) => estimates !== null),
          () => download(`${stem}-estimates.csv`, estimatesCsv(answers), "text/csv"),
        )}
        {button("Particles, CSV", found !== null, () => {
          if (found !== null) download(`${stem}-particles.csv`, particlesCsv(found), "text/csv");
        })}
        {button("Regions for ImageJ", found !== null, () => {
          if (found === null) return;
          const zip = Uint8Array.from(encodeRoiSet(discOutlines(found.found)));
          download(`${stem}-RoiSet.zip`, zip, "application/zip");
        })}
        {button("All, JSON", answers.length > 0 || found !== null, () =>
          download(`${stem}.json`, imageJson(version, item, taken), "application/json"),
        )}
        {button("What is seen, PNG", true, () => {
          void seenPng(image, contrast, found?.found.particles ?? []).then((png) =>
            download(`${stem}.png`, png),
          );
        })}
      </p>
      <CopyLine label="the same answer by the command line" text={invertCommand(item.order, taken)} />
      <CopyLine
        label="the same particles by the command line"
        text={particlesCommand(item.order, taken, correctionsName(item))}
      />
      <details>
        <summary>Paragraph for the methods section</summary>
        <CopyLine
          label="methods"
          text={methodsText(version, image, answers, found, valueOf(item.structures))}
        />
      </details>
    </section>
  );
}
