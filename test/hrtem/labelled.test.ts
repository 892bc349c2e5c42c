import { File as Hdf5File, ready } from "h5wasm";
import { describe, expect, test } from "vitest";
import type { GrayImage } from "../../src/core/index.ts";
import { commonPixelSizeNm, type RecordedImage } from "../../src/hrtem/labelled/recorded-image.ts";
import { findParticles } from "../../src/hrtem/segment/find-particles.ts";
import { knownClass } from "../../src/hrtem/classify/particle-truth.ts";
import { hrtemStudySchema, labelledImages, trainOnRecorded } from "../../src/hrtem/index.ts";
import { readClassMarks } from "../../src/hrtem/labelled/class-marks.ts";
import { splitSet } from "../../src/hrtem/labelled/split-set.ts";
import { stackImages } from "../../src/hrtem/labelled/read-stack.ts";
import { readMicrograph } from "../../src/micrograph/index.ts";

/** An HDF5 file with one dataset, as the authors of the published set write it with h5py. */
async function hdf5(name: string, shape: readonly number[], valueAt: (i: number) => number) {
  const library = await ready;
  const size = shape.reduce((product, side) => product * side, 1);
  const file = new Hdf5File("/made.h5", "w");
  const data = Float64Array.from({ length: size }, (_, i) => valueAt(i));
  file.create_dataset({ name, data, shape: [...shape], dtype: "<d" });
  file.close();
  const bytes = library.FS.readFile("/made.h5");
  library.FS.unlink("/made.h5");
  return bytes;
}

const read = async (name: string, shape: readonly number[], valueAt: (i: number) => number) =>
  readMicrograph(await hdf5(name, shape, valueAt), `${name}.h5`);

describe("the published stack", () => {
  const [count, height, width] = [3, 4, 6];
  const images = () => read("images", [count, height, width, 1], (i) => i);
  /** One-hot: pixel p of image n is a particle where p < n. */
  const isParticle = (place: number) => place % (height * width) < Math.floor(place / (height * width));
  const maps = () =>
    read("maps", [count, height, width, 2], (i) => ((i % 2 === 1) === isParticle(Math.floor(i / 2)) ? 1 : 0));

  test("images [N, h, w, 1] and one-hot maps [N, h, w, 2] come apart, the second class being the particles", async () => {
    const stack = stackImages(await images(), await maps(), { pixelSizeNm: 0.02 });
    expect(stack.map(({ name }) => name)).toEqual(["images.h5 0", "images.h5 1", "images.h5 2"]);
    expect(stack[1].image.data[5]).toBe(height * width + 5);
    expect(stack[1].image).toMatchObject({ width, height, pixelSizeNm: 0.02 });
    const covered = stack.map(({ map }) => map.classIds.reduce((sum, id) => sum + id, 0));
    expect(covered).toEqual([0, 1, 2]);
  });

  test("maps of another shape are refused, naming both files", async () => {
    const others = await read("maps", [count, height, width + 1, 2], () => 0);
    const stacked = images().then((made) => stackImages(made, others, { pixelSizeNm: null }));
    await expect(stacked).rejects.toThrow(
      "Cannot read labelled stack: maps must have the shape of images.h5, 3 x 4 x 6, and a last axis of classes, got 3 x 4 x 7 x 2 (maps.h5)",
    );
  });

  test("images of several channels are refused", async () => {
    const stacked = maps().then((made) => stackImages(made, made, { pixelSizeNm: null }));
    await expect(stacked).rejects.toThrow(
      "Cannot read labelled stack: stack must be N x height x width x 1, got 3 x 4 x 6 x 2 (maps.h5)",
    );
  });
});

const SIDE = 32;

function recorded(name: string, changes: Partial<GrayImage> = {}): RecordedImage {
  const data = Float32Array.from({ length: SIDE * SIDE }, (_, i) => (i * 7919) % 31);
  const classIds = Uint8Array.from(data, (_, i) => (i % SIDE < 16 ? 1 : 0));
  return {
    name,
    set: "set",
    imageFile: name,
    mapFile: `${name} map`,
    image: { width: SIDE, height: SIDE, data, intensityUnit: "arbitrary", pixelSizeNm: 0.02, ...changes },
    map: { width: SIDE, height: SIDE, classIds },
    marks: [{ xPx: 10, yPx: 20, shows: "fault" }],
  };
}

describe("labelledImages()", () => {
  test("image, map and marks go to another pixel size together", () => {
    const [{ image, mask, truth }] = labelledImages([recorded("a.png")], 0.04);
    expect([image.width, image.height, image.pixelSizeNm]).toEqual([16, 16, 0.04]);
    expect([...mask.subarray(0, 16)]).toEqual([...Array(8).fill(1), ...Array(8).fill(0)]);
    expect(truth).toEqual({ kind: "marks", marks: [{ xPx: 5, yPx: 10, shows: "fault" }] });
  });

  test("a map that does not fit its image is refused by name", () => {
    const wrong = { ...recorded("a.png"), map: { width: 16, height: 32, classIds: new Uint8Array(512) } };
    expect(() => labelledImages([wrong], 0.02)).toThrow(
      "Cannot use labels: size must be that of the image, 32 x 32 px, got 16 x 32 (a.png map)",
    );
  });

  test("a pixel that is no number is refused by name", () => {
    const data = new Float32Array(SIDE * SIDE);
    data[7] = NaN;
    expect(() => labelledImages([recorded("a.png", { data })], 0.02)).toThrow(
      "Cannot use labelled images: pixels must be numbers, got NaN (a.png)",
    );
  });
});

describe("commonPixelSizeNm()", () => {
  test("is that of the images", () => {
    expect(commonPixelSizeNm([recorded("a.png"), recorded("b.png", { pixelSizeNm: 0.0201 })])).toBe(0.02);
  });

  test("mixed pixel sizes are refused, naming both files", () => {
    const mixed = [recorded("a.png"), recorded("b.png", { pixelSizeNm: 0.04 })];
    expect(() => commonPixelSizeNm(mixed)).toThrow(
      "Cannot use labelled images: pixel size must be 0.02 nm as in a.png, got 0.04 nm: train on one pixel size at a time (b.png)",
    );
  });

  test("an image without pixel size is refused, naming the flag", () => {
    expect(() => commonPixelSizeNm([recorded("a.png", { pixelSizeNm: null })])).toThrow(
      "Cannot use labelled images: image must have a pixel size, got none: give --pixel-size (a.png)",
    );
  });
});

describe("trainOnRecorded()", () => {
  const config = hrtemStudySchema.parse({});
  const work = { workers: 1, startStage: () => ({ update() {}, finish: () => 0 }) };
  const train = (images: readonly RecordedImage[]) =>
    trainOnRecorded(
      images,
      { config, budget: config.quick, heldOutShare: 0.25, given: null, where: "own" },
      work,
    );
  const different = (place: number) => {
    const data = Float32Array.from({ length: SIDE * SIDE }, (_, i) => (i * 7919 + place) % 31);
    return recorded(`${place}.png`, { data });
  };

  test("refuses a picture in two parts, by both names", async () => {
    const images = [0, 1, 2, 3].map(different);
    const copied = [...images.slice(0, 3), { ...images[0], name: "again.png" }];
    await expect(train(copied)).rejects.toThrow(
      "got the same as 0.png (training) and again.png (held-out images) (own); leave one out",
    );
  });

  test("refuses a part without a particle, by its images", async () => {
    const images = [0, 1, 2, 3].map(different);
    const map = { width: SIDE, height: SIDE, classIds: new Uint8Array(SIDE * SIDE) };
    await expect(train([...images.slice(0, 3), { ...images[3], map }])).rejects.toThrow(
      "got no pixel of particle in held-out images (1 image: 3.png) (own)",
    );
  });
});

describe("readClassMarks()", () => {
  test("reads the table that apply writes: quoted names, further columns, any order", () => {
    const text =
      'class,x [px],y [px],area [px],image\r\nfault,10.5,20,300,"a, b.png"\r\n"no fringe",1,2,3,c.png\r\n';
    const marks = readClassMarks(text, "classes.csv");
    expect(marks.get("a, b.png")).toEqual([{ xPx: 10.5, yPx: 20, shows: "fault" }]);
    expect(marks.get("c.png")).toEqual([{ xPx: 1, yPx: 2, shows: "no fringe" }]);
  });

  const wrong = (text: string) => () => readClassMarks(text, "classes.csv");

  test("errors name file and line", () => {
    expect(wrong("image,class\n")).toThrow(
      "Cannot read classes: table must have the columns image, x [px], y [px], class, got image, class (classes.csv)",
    );
    expect(wrong("image,x [nm],y [nm],class\n")).toThrow("got image, x [nm], y [nm], class (classes.csv)");
    expect(wrong("image,x [px],y [px],class\na,1,2,fault\na,,2,fault\n")).toThrow(
      "Cannot read classes: x [px] and y [px] must be numbers, got , 2 (classes.csv, line 3)",
    );
    expect(wrong("image,x [px],y [px],class\na,1,2,twin\n")).toThrow(
      "class must be one of no fault, fault, no fringe, agglomerate, empty, got twin (classes.csv, line 2)",
    );
  });
});

describe("knownClass() by marks", () => {
  const square = Uint8Array.from({ length: SIDE * SIDE }, (_, i) =>
    i % SIDE >= 8 && i % SIDE < 26 && i >= 8 * SIDE && i < 26 * SIDE ? 1 : 0,
  );
  const [found] = findParticles(square, { width: SIDE, height: SIDE }).particles;
  const shown = (...places: readonly (readonly [number, number])[]) => {
    const marks = places.map(([xPx, yPx]) => ({ xPx, yPx, shows: "fault" as const }));
    return knownClass({ kind: "marks", marks }, found, SIDE);
  };

  test("one mark inside is its class, two are an agglomerate, none is not known", () => {
    expect(shown([10.7, 12], [1, 1])).toBe("fault");
    expect(shown([10, 12], [20, 20])).toBe("agglomerate");
    expect(shown([1, 1])).toBeNull();
  });
});

describe("splitSet()", () => {
  test("keeps the order, and each part has an image", () => {
    const { training, validation, heldOut } = splitSet([1, 2, 3, 4], { heldOutShare: 0.8, where: "a" });
    expect([training, validation, heldOut]).toEqual([[1], [2], [3, 4]]);
    expect(splitSet([1, 2, 3, 4], { heldOutShare: 0, where: "a" }).heldOut).toEqual([]);
  });

  test("too few images are refused, naming where they are", () => {
    expect(() => splitSet([1, 2, 3], { heldOutShare: 0.25, where: "my-images" })).toThrow(
      "Cannot split labelled images: set must hold at least 4 images with maps, got 3 (my-images)",
    );
  });
});
