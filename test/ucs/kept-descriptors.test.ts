import { expect, test } from "vitest";
import { openRandomStream } from "../../src/core/index.ts";
import { describeImages } from "../../src/ucs/describe-images.ts";
import { describeResumably } from "../../src/ucs/kept-descriptors.ts";
import { namedNormalization } from "../../src/ucs/normalisations.ts";
import type { Checkpoints } from "../../src/train/index.ts";

const rng = openRandomStream(3, "kept descriptors");
// two blocks of 64 and 6
const images = Array.from({ length: 70 }, (_, i) => {
  const data = Float32Array.from({ length: 256 }, () => rng.uniform());
  const image = { width: 16, height: 16, data, intensityUnit: "arbitrary", pixelSizeNm: null } as const;
  return { name: `image ${i}`, image };
});
const normalizations = (["none", "z-score"] as const).map((name) =>
  namedNormalization(name, images[0].image),
);
const options = { set: "structure", workers: 1 } as const;

/** Places in memory. */
function places() {
  const files = new Map<string, Uint8Array>();
  const written: string[] = [];
  const open =
    (isResumed: boolean) =>
    (name: string): Checkpoints => ({
      store: {
        where: name,
        read: () => files.get(name) ?? null,
        write: (_, bytes) => {
          files.set(name, bytes);
          written.push(name);
        },
      },
      everySteps: 1,
      isResumed,
    });
  return { files, written, open };
}

test("describeResumably() describes once what an interrupted run has kept, to the same tables", async () => {
  const wanted = await describeImages(images, normalizations, options);
  const { files, written, open } = places();
  expect(await describeResumably(images, normalizations, { ...options, checkpoints: open(false) })).toEqual(
    wanted,
  );
  expect(written).toEqual(["descriptors-0", "descriptors-64"]);
  files.delete("descriptors-64");
  const seen: number[] = [];
  const resumed = { ...options, checkpoints: open(true), onProgress: (done: number) => void seen.push(done) };
  expect(await describeResumably(images, normalizations, resumed)).toEqual(wanted);
  expect(written.slice(2)).toEqual(["descriptors-64"]);
  expect(seen).toEqual([64, 65, 66, 67, 68, 69, 70, 70]);
});

test("describeResumably() refuses descriptors of other images, and damaged ones, with the remedy", async () => {
  const { files, open } = places();
  const few = images.slice(0, 3);
  await describeResumably(few, normalizations, { ...options, checkpoints: open(false) });
  const resumed = { ...options, checkpoints: open(true) };
  await expect(describeResumably(images.slice(1, 4), normalizations, resumed)).rejects.toThrow(
    "Cannot resume describing images: wanted the descriptors of these images, got those of others (descriptors-0); begin anew with --force",
  );
  const kept = files.get("descriptors-0") as Uint8Array;
  files.set("descriptors-0", kept.subarray(0, kept.length - 4));
  await expect(describeResumably(few, normalizations, resumed)).rejects.toThrow(
    "Cannot resume describing images: wanted whole descriptors, got a damaged file (descriptors-0); remove it",
  );
  files.set("descriptors-0", new Uint8Array(9));
  await expect(describeResumably(few, normalizations, resumed)).rejects.toThrow(
    "Cannot resume describing images: wanted valid JSON, got nothing (descriptors-0)",
  );
});
