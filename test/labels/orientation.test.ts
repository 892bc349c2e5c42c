import { describe, expect, test } from "vitest";
import { orientPixels, swapsAxes } from "../../src/image/index.ts";
import type { Orientation } from "../../src/image/index.ts";
import { loadSet } from "../../src/segment/index.ts";
import { folderOf, prepared } from "../helpers/labelled-folder.ts";
import { smallTiff } from "../helpers/small-tiff.ts";

const [WIDTH, HEIGHT] = [40, 24];
const BOX = { left: 5, top: 12, width: 9, height: 6 };
/** Orientations by what undoes them: a quarter turn the other way, all others themselves. */
const UNDONE: Readonly<Record<Orientation, Orientation>> = { 1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 8, 7: 7, 8: 6 };
const ORIENTATIONS = [1, 2, 3, 4, 5, 6, 7, 8] as const;

const isInBox = (i: number) => {
  const [x, y] = [(i % WIDTH) - BOX.left, Math.floor(i / WIDTH) - BOX.top];
  return x >= 0 && x < BOX.width && y >= 0 && y < BOX.height;
};
/** A picture that is shown with its values in the box and outside, as a camera stores it that was turned. */
function turned(orientation: Orientation, pixelOf: (i: number) => number): Uint8Array {
  const shown = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => pixelOf(i));
  const pixels = [...orientPixels(shown, UNDONE[orientation], { width: WIDTH, height: HEIGHT })];
  const [width, height] = swapsAxes(orientation) ? [HEIGHT, WIDTH] : [WIDTH, HEIGHT];
  return smallTiff([{ width, height, pixels, tags: [[274, 3, [orientation]]] }]);
}
const photograph = (orientation: Orientation) =>
  turned(orientation, (i) => 40 + ((i * 7919 + orientation) % 37) + (isInBox(i) ? 120 : 0));

/** Greys inside and outside of the labels, and how many pixels are labelled. */
async function labelsOn(out: string) {
  const { items } = await loadSet(out);
  return items.map(({ image, classIds }) => {
    const inside = [...image.data].filter((_, i) => classIds[i] === 1);
    const outside = [...image.data].filter((_, i) => classIds[i] === 0);
    return { count: inside.length, isOnObject: Math.min(...inside) > Math.max(...outside) };
  });
}
const wanted = ORIENTATIONS.map(() => ({ count: BOX.width * BOX.height, isOnObject: true }));
const images = Object.fromEntries(
  ORIENTATIONS.map((orientation) => [`images/s${orientation}.tif`, photograph(orientation)]),
);

describe("labels of photographs that say how they are turned lie on the objects", () => {
  test("polygons, drawn on the picture as a browser shows it", async () => {
    const { left, top, width, height } = BOX;
    const [right, bottom] = [left + width - 1, top + height - 1];
    const regions = [
      {
        // clicks on pixels: the polygon goes half a pixel beyond them to hold the whole box
        shape_attributes: {
          name: "polygon",
          all_points_x: [left, right, right, left].map((x, i) => x + (i === 0 || i === 3 ? -0.5 : 0.5)),
          all_points_y: [top, top, bottom, bottom].map((y, i) => y + (i < 2 ? -0.5 : 0.5)),
        },
        region_attributes: { class: "object" },
      },
    ];
    const via = Object.fromEntries(
      ORIENTATIONS.map((orientation) => [orientation, { filename: `s${orientation}.tif`, regions }]),
    );
    const folder = folderOf({ ...images, "via.json": JSON.stringify(via) });
    const sets = [{ images: "images", labels: "via.json" }];
    const { out, manifest } = await prepared(folder, { labelKind: "via", sets });
    expect(await labelsOn(out)).toEqual(wanted);
    expect(manifest.warnings).toContain(
      "s6: turned by 90 degrees clockwise, as the file asks (orientation 6)",
    );
  });

  test("masks that are turned as their images are, and masks that are stored as shown", async () => {
    for (const isTurned of [true, false]) {
      const masks = Object.fromEntries(
        ORIENTATIONS.map((orientation) => [
          `labels/s${orientation}_mask.tif`,
          turned(isTurned ? orientation : 1, (i) => (isInBox(i) ? 255 : 0)),
        ]),
      );
      const { out } = await prepared(folderOf({ ...images, ...masks }));
      expect(await labelsOn(out)).toEqual(wanted);
    }
  });
});
