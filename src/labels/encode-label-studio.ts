import type { SizedAnnotation } from "./encode-coco.ts";
import { simplifyRing } from "./simplify-ring.ts";

/** How far a drawn outline may leave the pixels' [px]: corners of single pixels would be hundreds of handles to pull. */
const TOLERANCE_PX = 0.75;

/**
 * Writes objects as tasks of Label Studio with pre-annotations: polygons that a person corrects.
 *
 * Outlines are simplified to 0.75 px, and holes are left out, for its polygons have none. The labelling config that fits is an Image named
 * "image" and PolygonLabels named "label".
 *
 * @param images names with endings, sizes [px] and objects
 * @param folder of the images in Label Studio's local storage, such as "tiles"
 * @returns the text of a JSON file to import
 */
export function encodeLabelStudio(images: readonly SizedAnnotation[], folder: string): string {
  const tasks = images.map(({ imageName, size, shapes }) => ({
    data: { image: `/data/local-files/?d=${folder}/${encodeURIComponent(imageName)}` },
    predictions: [
      {
        model_version: "heterostem",
        result: shapes.map(({ className, rings }, i) => ({
          id: String(i + 1),
          type: "polygonlabels",
          from_name: "label",
          to_name: "image",
          original_width: size.width,
          original_height: size.height,
          image_rotation: 0,
          value: { points: percentPoints(rings[0], size), polygonlabels: [className], closed: true },
        })),
      },
    ],
  }));
  return `${JSON.stringify(tasks, null, 1)}\n`;
}

/** Label Studio counts in percent of the image's sides. */
function percentPoints(ring: readonly number[], { width, height }: SizedAnnotation["size"]): number[][] {
  const kept = simplifyRing(ring, TOLERANCE_PX);
  const rounded = (share: number) => Number((100 * share).toFixed(4));
  return Array.from({ length: kept.length / 2 }, (_, i) => [
    rounded(kept[2 * i] / width),
    rounded(kept[2 * i + 1] / height),
  ]);
}
