import { existsSync, writeFileSync } from "node:fs";
import { basename, extname } from "node:path";
import { counted, extremes, openRandomStream, UsageError } from "../../core/index.ts";
import { encodePng16 } from "../../micrograph/index.ts";
import { pngBytes } from "../../report/index.ts";
import { drawMicroscopeSettings, prepareMicroscope, simulateHaadf } from "../../stem-sim/index.ts";
import { renderAggregatePicture, writeCsv, writeGlb, writeVtk, writeXyz } from "../../stochastic/index.ts";
import type { Aggregate } from "../../stochastic/index.ts";
import { readViewerBundle, viewerHtml, type ViewerProjection } from "../../web/index.ts";
import { defineCommand } from "../command.ts";
import { wholeNumber } from "../flags.ts";
import { openAggregates, type NamedAggregate } from "../open-aggregates.ts";
import { readMicroscope } from "../read-microscope.ts";

/** Width of the simulated projection and of still pictures [px]. */
const PROJECTION_PX = 320;
const PICTURE_PX = 800;
/** Room about the aggregate in the projection, the same as in the 3D view. */
const MARGIN = 1.12;

/** What an aggregate can be written as, by the ending of --out. */
const WRITERS: Readonly<Record<string, (aggregate: Aggregate) => string | Uint8Array>> = {
  ".xyz": writeXyz,
  ".csv": writeCsv,
  ".vtk": writeVtk,
  ".glb": writeGlb,
  ".png": (aggregate) => {
    const picture = renderAggregatePicture(aggregate, { widthPx: PICTURE_PX, hasScaleBar: true });
    return pngBytes({ ...picture, channels: 4 });
  },
};

/** `heterostem view`: an aggregate as a page, a picture, or a file for another viewer. */
export const viewCommand = defineCommand({
  name: "view",
  summary: "Show an aggregate in 3D: page, picture, or file for OVITO, ParaView, Blender",
  arguments: {
    aggregate: { help: "file of spheres (.xyz, .csv, .dat; nm), recipe (.yaml), or folder of generate" },
  },
  flags: {
    sample: {
      value: "N",
      help: "which sample of a recipe or corpus",
      parse: wholeNumber(0, 1e7),
      default: 0,
    },
    out: {
      value: "FILE",
      help: "page (.html), picture (.png), or .xyz, .csv, .vtk, .glb",
      default: "aggregate.html",
    },
    microscope: { value: "FILE", help: "microscope of the projection beside the 3D view, as YAML" },
    force: { help: "replace the file when it is there" },
  },
  example: "view configs/tio2-wo3.yaml --sample 3 --out aggregate.html",
  run({ arguments: { aggregate: path }, flags: { sample, out, microscope, force } }) {
    checkTarget(out, force);
    const [shown] = openAggregates(path, { first: sample, count: 1 });
    const ending = extname(out).toLowerCase();
    writeFileSync(
      out,
      ending === ".html" ? pageOf(shown, path, microscope) : WRITERS[ending](shown.aggregate),
    );
    const { name, aggregate } = shown;
    const text = `${name} of ${basename(path)}, ${counted(aggregate.particleCount, "particle")}, in ${out}`;
    return Promise.resolve({ text, json: { file: out, name, particles: aggregate.particleCount } });
  },
});

function checkTarget(out: string, force: boolean): void {
  const endings = [".html", ...Object.keys(WRITERS)];
  if (!endings.includes(extname(out).toLowerCase())) {
    throw new UsageError(`Cannot view aggregate: --out must end in ${endings.join(", ")}, got ${out}`);
  }
  if (!existsSync(out) || force) return;
  throw new UsageError(`Cannot view aggregate: --out must not exist, got ${out}; replace it with --force`);
}

function pageOf(shown: NamedAggregate, path: string, microscope: string | undefined): string {
  const title = shown.name === basename(path) ? shown.name : `${basename(path)}, ${shown.name}`;
  return viewerHtml(shown.aggregate, {
    bundle: readViewerBundle(),
    title,
    projection: projectionOf(shown.aggregate, microscope),
  });
}

/** The aggregate's simulated image, framed as the 3D view opens: along the beam, about the centre of volume. */
function projectionOf(aggregate: Aggregate, microscopePath: string | undefined): ViewerProjection {
  const { centersNm: c, radiiNm: r } = aggregate;
  const reach = r.reduce(
    (far, radius, i) => Math.max(far, Math.hypot(c[3 * i], c[3 * i + 1], c[3 * i + 2]) + radius),
    0,
  );
  const fieldOfViewNm = 2 * MARGIN * reach;
  const microscope = {
    ...readMicroscope(microscopePath),
    widthPx: PROJECTION_PX,
    heightPx: PROJECTION_PX,
    pixelSizeNm: fieldOfViewNm / PROJECTION_PX,
  };
  const prepared = prepareMicroscope(microscope, aggregate.materials);
  const rng = openRandomStream("view");
  const settings = drawMicroscopeSettings(rng.fork("microscope"), microscope);
  const image = simulateHaadf(rng.fork("image"), aggregate, { prepared, settings });
  const range = extremes(image.data);
  const caption =
    `Simulated HAADF-STEM at ${microscope.beamEnergyKeV} kV, field of view ${fieldOfViewNm.toFixed(0)} nm, ` +
    `grey from ${range[0].toPrecision(2)} to ${range[1].toPrecision(2)} of the beam`;
  return { png: encodePng16(image, { range }), fieldNm: [fieldOfViewNm, fieldOfViewNm], caption };
}
