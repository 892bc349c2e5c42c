import {
  encodeRoiSet,
  rasterizeAnnotation,
  readCoco,
  readLabelme,
  readMaskImage,
  readPolygonCsv,
  readRoiSet,
  readVia,
  readYolo,
  type ImageAnnotation,
} from "../src/labels/index.ts";
import { encodeNpy, readMicrograph } from "../src/micrograph/index.ts";
import { pngBytes } from "../src/report/index.ts";
import { indexedPng, VOC_PALETTE } from "../test/helpers/indexed-png.ts";
import { text, bytesOf, type FuzzFormat, type FuzzSeed } from "./format.ts";

/** Annotations, drawn into a label map as a data set is prepared. */
function annotations(
  seeds: readonly FuzzSeed[],
  read: (file: FuzzSeed) => ImageAnnotation[] | Promise<ImageAnnotation[]>,
  isText = true,
): FuzzFormat {
  return {
    isText,
    seeds: () => [...seeds],
    async read(file) {
      for (const annotation of await read(file)) {
        rasterizeAnnotation(annotation, {
          width: 64,
          height: 64,
          classNames: ["background", "a", "b", "object", "island"],
        });
      }
    },
  };
}

const RING = [1.5, 1, 30, 2, 28, 40, 3, 33];
const SMALL_PNG = indexedPng({ width: 2, height: 2, indices: [0, 1, 1, 0], palette: VOC_PALETTE });

/** Labels, by tool. */
export const LABEL_FORMATS: Readonly<Record<string, FuzzFormat>> = {
  masks: {
    isText: false,
    seeds: () => {
      const pixels = Uint8Array.from({ length: 128 }, (_, i) => i % 3);
      return [
        { name: "grey.png", bytes: pngBytes({ width: 16, height: 8, pixels, channels: 1 }) },
        { name: "labels.npy", bytes: encodeNpy({ data: Int32Array.from(pixels), shape: [8, 16] }) },
      ];
    },
    read: async ({ name, bytes }) =>
      readMaskImage(await readMicrograph(bytes, name), {
        kind: "classIds",
        classNames: ["background", "a", "b"],
      }),
  },
  coco: annotations(
    [
      {
        name: "coco.json",
        bytes: bytesOf({
          images: [{ id: 1, file_name: "a.png", width: 64, height: 64 }],
          categories: [
            { id: 1, name: "a" },
            { id: 2, name: "b" },
          ],
          annotations: [
            { id: 1, image_id: 1, category_id: 1, segmentation: [RING], bbox: [1, 1, 30, 40] },
            { id: 2, image_id: 1, category_id: 2, bbox: [5, 5, 8, 8] },
            { id: 3, image_id: 1, category_id: 2, segmentation: { size: [64, 64], counts: [100, 20, 3976] } },
            { id: 4, image_id: 1, category_id: 2, segmentation: { size: [64, 64], counts: "T3d0Z1" } },
          ],
        }),
      },
    ],
    ({ name, bytes }) => readCoco(text(bytes), name),
  ),
  via: annotations(
    [
      {
        name: "via.json",
        bytes: bytesOf({
          "a.png100": {
            filename: "a.png",
            regions: [
              {
                shape_attributes: { name: "polygon", all_points_x: [1, 30, 28], all_points_y: [1, 2, 40] },
                region_attributes: { class: "a" },
              },
              {
                shape_attributes: { name: "circle", cx: 20, cy: 20, r: 5 },
                region_attributes: { class: "b" },
              },
              { shape_attributes: { name: "rect", x: 2, y: 3, width: 5, height: 6 }, region_attributes: {} },
            ],
          },
        }),
      },
    ],
    ({ name, bytes }) => readVia(text(bytes), name),
  ),
  labelme: annotations(
    [
      {
        name: "labelme.json",
        bytes: bytesOf({
          imagePath: "a.png",
          imageWidth: 64,
          imageHeight: 64,
          shapes: [
            {
              label: "a",
              points: [
                [1.5, 1],
                [30, 2],
                [28, 40],
              ],
              shape_type: "polygon",
              group_id: 3,
            },
            {
              label: "a",
              points: [
                [20, 20],
                [30, 20],
              ],
              shape_type: "circle",
            },
            {
              label: "b",
              points: [
                [2, 2],
                [3, 3],
              ],
              shape_type: "mask",
              mask: Buffer.from(SMALL_PNG).toString("base64"),
            },
          ],
        }),
      },
    ],
    async ({ name, bytes }) => [await readLabelme(text(bytes), name)],
  ),
  yolo: annotations(
    [
      {
        name: "a.txt",
        bytes: bytesOf("0 0.5 0.5 0.2 0.2\n1 0.1 0.1 0.3 0.1 0.3 0.4 0.1 0.4\n1 0.5 0.5 0.2 0.2 0.97\n"),
      },
    ],
    ({ name, bytes }) => [
      readYolo(text(bytes), name, { imageName: "a.png", width: 64, height: 64, classNames: ["a", "b"] }),
    ],
  ),
  polygons: annotations(
    [
      {
        name: "polygons.csv",
        bytes: bytesOf(
          "image_url;point;polygon\nIMG_1.png;(4, 5);[(1, 2), (30, 4), (5, 60)]\nIMG_2.png;(9, 9);[(7, 7), (12, 7), (9, 30)]\n",
        ),
      },
    ],
    ({ name, bytes }) => readPolygonCsv(text(bytes), name),
  ),
  roiset: annotations(
    [
      {
        name: "RoiSet.zip",
        bytes: encodeRoiSet([
          { className: "a", rings: [RING] },
          { className: "b", rings: [RING.map((one) => one + 9)] },
        ]),
      },
    ],
    ({ name, bytes }) => {
      try {
        return [{ imageName: "a.png", size: null, shapes: readRoiSet(bytes) }];
      } catch (cause) {
        // as src/segment puts the file's name about it
        throw new Error(`Cannot read labels: ${(cause as Error).message} (${name})`, { cause });
      }
    },
    false,
  ),
};
