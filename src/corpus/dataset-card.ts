import { corpusColumns, type CorpusColumn } from "./corpus-columns.ts";
import type { CorpusManifest } from "./corpus-manifest.ts";

/** What the card says of a corpus besides its manifest. */
export interface CardFacts {
  readonly name: string;
  readonly materials: readonly [string, string];
  /** Whether samples choose their materials and microscope. */
  readonly leavesChoice: boolean;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Hugging Face's classes of data sets by their number of rows. */
const SIZE_CLASSES: readonly (readonly [limit: number, name: string])[] = [
  [1e3, "n<1K"],
  [1e4, "1K<n<10K"],
  [1e5, "10K<n<100K"],
  [1e6, "100K<n<1M"],
  [Infinity, "1M<n<10M"],
];

/**
 * The dataset card of a corpus: README.md with the front matter that Hugging Face reads, the columns with their units,
 * and how to open the files.
 *
 * @param manifest of the whole corpus or a part
 * @param facts name, materials, field
 * @returns Markdown
 */
export function datasetCard(manifest: CorpusManifest, facts: CardFacts): string {
  const { sampleCount, shards, seed, heterostemVersion, physics, rejectedDraws, part } = manifest;
  const { name, materials, leavesChoice, widthPx, heightPx } = facts;
  const count = shards.reduce((sum, { start, end }) => sum + end - start, 0);
  const bytes = shards.reduce((sum, shard) => sum + shard.bytes, 0);
  const share = part.of === 1 ? "" : ` (part ${part.index} of ${part.of} of ${sampleCount})`;
  const sameBytes =
    manifest.renderer === undefined
      ? "The same recipe, seed and\nversion give the same bytes."
      : `The images were computed on\n${manifest.renderer}: another device may count an electron more or less in one pixel of a thousand.`;
  const sizeClass = SIZE_CLASSES.find(([limit]) => count < limit)?.[1];
  return `---
pretty_name: ${JSON.stringify(name)}
size_categories:
- ${sizeClass}
tags:
- electron-microscopy
- haadf-stem
- simulation
- aggregates
configs:
- config_name: default
  data_files:
  - split: train
    path: data/*.parquet
---

# ${name}

${count} simulated HAADF-STEM images of virtual hetero-aggregates of ${materials.join(" and ")}${share}, with the parameters that
each aggregate was grown from, its 3D descriptors, what was drawn for the microscope, and all its spheres. Made by
heterostem ${heterostemVersion} from the recipe in \`manifest.json\`, seed ${seed}; physics ${physics}. ${sameBytes} ${rejectedDraws} draws from the prior could not be realised and are not in here.

Images are ${widthPx} x ${heightPx} pixels, 16-bit grey PNG: intensity = intensityOffset + intensityScale x grey, in intensityUnit.
${shards.length} files, ${(bytes / 1e6).toFixed(1)} MB; \`manifest.json\` has their SHA-256. All samples stand in one split: cut your own, by index.

\`\`\`python
datasets.load_dataset("parquet", data_files="data/*.parquet")       # datasets: images are decoded
pandas.read_parquet("data", columns=["sampleIndex", "parameter_numberFraction"])
duckdb.sql("SELECT avg(descriptor_meanCoordination) FROM 'data/*.parquet'")
\`\`\`

| column | type | unit | meaning |
|---|---|---|---|
${corpusColumns(leavesChoice).map(columnLine).join("\n")}
`;
}

function columnLine({ name, type, unit, description }: CorpusColumn): string {
  return `| ${name} | ${type} | ${unit} | ${description.replaceAll("|", "\\|")} |`;
}
