import { readFileSync, writeFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { findMaterial, quantile } from "../src/core/index.ts";
import { invertImages, openInversion, sourceImage, type InvertedImage } from "../src/inverse/index.ts";
import { openImageStack } from "../src/micrograph/index.ts";
import { findParticles, openDetector, type Particle } from "../src/particles/index.ts";
import {
  grayPicture,
  html,
  intervalBarHtml,
  lengthText,
  pngDataUri,
  scaleBarLengthNm,
  shortNumber,
  type Html,
} from "../src/report/index.ts";
import { describeAggregate, renderAggregatePicture, type Aggregate } from "../src/stochastic/index.ts";
import { sampleAggregate } from "../src/studio/index.ts";

const SAMPLE = "samples/tio2-wo3.tif";
const EDGE_PX = 300;
/** What the posterior's panel shows, in words that fit. */
const SHOWN: Readonly<Record<string, string>> = {
  particleCount: "particles",
  numberFraction: "share of WO3",
  radiusFirstNm: "radius TiO2 [nm]",
  radiusSecondNm: "radius WO3 [nm]",
  fractalDimension: "fractal dimension",
  necking: "necking",
  clusterSizeFirst: "powder's TiO2 clusters",
  heteroCoordinationAll: "hetero-coordination",
};
/** What the sample was grown from (samples/README.md). */
const PARAMETERS = {
  particleCount: 70,
  numberFraction: 0.4,
  radiusFirstNm: 6.5,
  radiusSecondNm: 5,
  fractalDimension: 1.85,
  necking: 0.1,
  clusterSizeFirst: 6,
};

/**
 * Draws the figure of the README: a sample image, its particles, the aggregate behind it, and what the network says of it.
 *
 * @param args path of the PNG, and of Chromium
 */
export async function run([
  path = "docs/figures/overview.png",
  executablePath = "/usr/bin/chromium",
]: readonly string[]): Promise<void> {
  const file = (await openImageStack(SAMPLE, {})).image(0);
  const aggregate = sampleAggregate([findMaterial("TiO2-anatase"), findMaterial("WO3")]);
  const detector = openDetector(readFileSync("models/particles-haadf.onnx"), { threads: 2, where: "haadf" });
  const inversion = await openInversion("models/tio2-wo3-absolute.onnx", 2);
  const { particles } = await findParticles(() => detector, file, { modality: "haadf", materials: [] });
  const [answer] = await invertImages(inversion, [sourceImage(file)], {});
  const { image } = file;
  const nm = image.width * (image.pixelSizeNm ?? 1);
  const source = pngDataUri(grayPicture(image, quantile(image.data, 0.998)));
  const page = html`<html lang="en">
    <style>
      ${{ markup: STYLE }}
    </style>
    <body>
      ${panel("one HAADF-STEM image", html`<img src="${source}" alt="" />${bar(nm)}`)}
      ${panel(`${particles.length} particles found`, html`<img src="${source}" alt="" />${circles(particles, image.width)}`)}
      ${panel("the aggregate behind it", html`<img src="${picture(aggregate, nm)}" alt="" />`)}
      ${panel("what the network reads off the image", posterior(answer, inversion.model.targets, aggregate))}
    </body>
  </html>`;
  await inversion.network.dispose();
  await detector.dispose();
  writeFileSync(path, await shot(page.markup, executablePath));
}

function panel(title: string, body: Html): Html {
  return html`<figure>
    <figcaption>${title}</figcaption>
    <div>${body}</div>
  </figure>`;
}

function bar(fieldNm: number): Html {
  const lengthNm = scaleBarLengthNm(fieldNm);
  return html`<span class="scale" style="width: ${(EDGE_PX * lengthNm) / fieldNm}px"
    >${lengthText(lengthNm)}</span
  >`;
}

function circles(particles: readonly Particle[], widthPx: number): Html {
  const scale = EDGE_PX / widthPx;
  return html`<svg width="${EDGE_PX}" height="${EDGE_PX}">
    ${particles.map(
      ({ x, y, radiusPx }) =>
        html`<circle
          cx="${x * scale}"
          cy="${y * scale}"
          r="${radiusPx * scale}"
          fill="none"
          stroke="#ffd24d"
          stroke-width="1.3"
        />`,
    )}
  </svg>`;
}

function picture(aggregate: Aggregate, fieldOfViewNm: number): string {
  const { width, height, pixels } = renderAggregatePicture(aggregate, {
    widthPx: 2 * EDGE_PX,
    fieldOfViewNm,
  });
  return pngDataUri({ width, height, pixels, channels: 4 });
}

function posterior(
  { estimates }: InvertedImage,
  targets: Awaited<ReturnType<typeof openInversion>>["model"]["targets"],
  aggregate: Aggregate,
): Html {
  const { heteroCoordinationAll } = describeAggregate(aggregate);
  const truths: Readonly<Record<string, number>> = { ...PARAMETERS, heteroCoordinationAll };
  const rows = estimates.flatMap(({ key, value, intervals }, t) => {
    if (!(key in SHOWN)) return [];
    const { low, high, scale } = targets[t];
    const drawn = intervalBarHtml({
      range: [low, high],
      scale,
      median: value,
      intervals: [intervals["0.68"], intervals["0.95"]],
      truth: truths[key],
    });
    const limits = intervals["0.95"].map(shortNumber).join(" to ");
    return html`<tr>
      <td>${SHOWN[key]}</td>
      <td>${drawn}</td>
      <td class="number">${shortNumber(value)}</td>
      <td class="number">${limits}</td>
    </tr>`;
  });
  return html`<table>
      <tr>
        <th></th>
        <th>on what is possible</th>
        <th>median</th>
        <th>95 % interval</th>
      </tr>
      ${rows}
    </table>
    <p>light and dark blue: 95 % and 68 %; diamond: the truth</p>`;
}

async function shot(markup: string, executablePath: string): Promise<Uint8Array> {
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage({ viewport: { width: 1500, height: 360 }, deviceScaleFactor: 1.25 });
    await page.setContent(markup);
    return await page.locator("body").screenshot();
  } finally {
    await browser.close();
  }
}

const STYLE = `
body { display: inline-flex; gap: 14px; margin: 0; padding: 10px; background: #fff; font: 13px/1.3 system-ui, sans-serif; color: #222; }
figure { margin: 0; } figcaption { font-weight: 600; margin-bottom: 6px; }
figure > div { position: relative; min-width: ${EDGE_PX}px; height: ${EDGE_PX}px; }
img { width: ${EDGE_PX}px; height: ${EDGE_PX}px; display: block; } figure > div > svg { position: absolute; inset: 0; }
.scale { position: absolute; left: 12px; bottom: 10px; color: #fff; border-bottom: 3px solid #fff; }
table { border-collapse: collapse; } td, th { padding: 4px 6px; text-align: left; white-space: nowrap; } th { font-weight: 400; color: #666; }
.number { text-align: right; font-variant-numeric: tabular-nums; } td svg { display: block; } p { margin: 8px 6px 0; color: #666; }
`;
