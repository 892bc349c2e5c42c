import { shortNumber } from "../../report/index.ts";
import type { ComparedPictures } from "../worker/protocol.ts";
import { GreyCanvas } from "./grey-canvas.tsx";

/** Black and white of pictures that are shades already. */
const SHADES = { low: 0, high: 255 } as const;

/** The image, what is to explain it, and what that leaves of it. */
export function Pictures({
  compared: { width, height, image, imaged, residual, mostResidual },
  what,
}: {
  readonly compared: ComparedPictures;
  /** What was imaged again, such as "structure". */
  readonly what: string;
}) {
  const shown = [
    ["the image", image],
    [`${what} imaged again`, imaged],
    [`image minus ${what}: white and black are ${shortNumber(mostResidual)} times the noise`, residual],
  ] as const;
  return (
    <div class="pictures">
      {shown.map(([words, data]) => (
        <figure key={words}>
          <GreyCanvas image={{ width, height, data }} contrast={SHADES} label={words} />
          <figcaption class="hint">{words}</figcaption>
        </figure>
      ))}
    </div>
  );
}
