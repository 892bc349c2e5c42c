import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decodePicture, openCorpus, readLabels, readSamples } from "../../src/corpus/index.ts";
import { heterostem } from "../helpers/heterostem.ts";
import { makeCorpus } from "./small-corpus.ts";

/** Debian's interpreter, whose package is python3-pil. */
const PYTHON = "/usr/bin/python3";
const hasPillow = spawnSync(PYTHON, ["-c", "import PIL"]).status === 0;

/** As the tutorial reads a WebDataset: a tar archive of samples, each a PNG and a JSON file of one name. */
const READ = `
import io, json, sys, tarfile
from PIL import Image
with tarfile.open(sys.argv[1]) as tar:
    files = {member.name: tar.extractfile(member).read() for member in tar}
samples = []
for name in sorted(files):
    if name.endswith(".json"):
        labels = json.loads(files[name])
        image = Image.open(io.BytesIO(files[name.replace(".json", ".png")]))
        offset, scale = labels["intensityOffset"], labels["intensityScale"]
        values = [offset + scale * grey for grey in image.getdata()]
        samples.append({"size": image.size, "values": values, "labels": labels})
print(json.dumps(samples))
`;

const folder = mkdtempSync(join(tmpdir(), "heterostem-python-"));
beforeAll(async () => {
  mkdirSync(join(folder, "corpus"));
  await makeCorpus(join(folder, "corpus"));
  const words = [
    "corpus",
    "export",
    join(folder, "corpus"),
    "--to",
    "webdataset",
    "--out",
    join(folder, "tar"),
  ];
  const { code, stderr } = await heterostem(...words);
  if (code !== 0) throw new Error(stderr);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!hasPillow)(
  `an exported WebDataset in Python${hasPillow ? "" : " (skipped: no python3-pil)"}`,
  () => {
    test("has all images with their intensities, and the numbers of each", async () => {
      const { stdout, stderr } = spawnSync(PYTHON, ["-c", READ, join(folder, "tar/images-000000.tar")], {
        encoding: "utf8",
        maxBuffer: 2 ** 26,
      });
      expect(stderr).toBe("");
      const read = JSON.parse(stdout) as {
        readonly size: readonly number[];
        readonly values: readonly number[];
        readonly labels: Readonly<Record<string, number | null>>;
      }[];
      const corpus = openCorpus(join(folder, "corpus"));
      const labels = await readLabels(corpus);
      expect(read).toHaveLength(labels.length);
      let index = 0;
      for await (const { picture } of readSamples(corpus)) {
        const { data, width, height } = await decodePicture(picture);
        const sample = read[index];
        expect(sample.size).toEqual([width, height]);
        expect(Float32Array.from(sample.values)).toEqual(data);
        expect(sample.labels["parameter_numberFraction"]).toBe(labels[index].parameters.numberFraction);
        const { heteroContactFraction } = labels[index].descriptors;
        expect(sample.labels["descriptor_heteroContactFraction"]).toBe(
          Number.isNaN(heteroContactFraction) ? null : heteroContactFraction,
        );
        index++;
      }
    });
  },
);
