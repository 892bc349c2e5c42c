import { existsSync } from "node:fs";
import { basename, extname } from "node:path";
import { counted, failureText, UsageError, usageError } from "../../core/index.ts";
import {
  decodePicture,
  drawSample,
  placeOfSample,
  readSamples,
  storedAggregates,
  type Corpus,
} from "../../corpus/index.ts";
import { planInversion, recipeOfCorpus, type InversionRecipe } from "../../inverse/index.ts";
import { pngBytes } from "../../report/index.ts";
import { viewAggregate } from "../../stem-sim/index.ts";
import {
  materialsOfPrior,
  renderAggregatePicture,
  writeCsv,
  writeGlb,
  writeVtk,
  writeXyz,
} from "../../stochastic/index.ts";
import type { Aggregate } from "../../stochastic/index.ts";
import { readViewerBundle, viewerHtml } from "../../web/index.ts";
import { defineCommand } from "../command.ts";
import type { ConfigContext } from "../config/read-config.ts";
import { wholeNumber } from "../flags.ts";
import {
  findAggregates,
  grownSample,
  readSphereFile,
  remarkLines,
  sampleNamed,
  SPHERE_FILE_FLAGS,
  type AggregateChoice,
  type NamedAggregate,
} from "../open-aggregates.ts";
import { readMicroscope } from "../read-microscope.ts";
import { checkResultFile, writeResultFile } from "../result-file.ts";
import { framedOn, projectionOf, takeShot, type Shot } from "../view-projection.ts";

/** Width of still pictures [px]. */
const PICTURE_PX = 800;

/** What an aggregate can be written as, by the ending of --out. */
const WRITERS: Readonly<Record<string, (aggregate: Aggregate) => string | Uint8Array>> = {
  ".xyz": writeXyz,
  ".csv": writeCsv,
  ".vtk": writeVtk,
  ".glb": writeGlb,
};

/** `heterostem view`: an aggregate as a page, a picture, or a file for another viewer. */
export const viewCommand = defineCommand({
  name: "view",
  summary: "Show an aggregate in 3D: page, picture, or file for OVITO, ParaView, Blender",
  arguments: {
    aggregate: {
      help: "file of spheres (XYZ, CSV, .dat; nm where it states no unit), recipe (.yaml), or folder of generate",
    },
  },
  flags: {
    sample: {
      value: "N",
      help: "which sample of a recipe or corpus (default: 0)",
      parse: wholeNumber(0, 1e7),
    },
    out: {
      value: "FILE",
      help: "page (.html), picture (.png), or .xyz, .csv, .vtk, .glb",
      default: "aggregate.html",
    },
    microscope: {
      value: "FILE",
      help: "microscope of the image beside the 3D view, as YAML (default: that of the recipe or corpus)",
    },
    ...SPHERE_FILE_FLAGS,
    force: { help: "replace the file when it is there" },
  },
  example: "view configs/tio2-wo3.yaml --sample 3 --out aggregate.html",
  async run({ arguments: { aggregate: path }, flags }, context) {
    const { out, force } = flags;
    checkTarget(out, force, [path, flags.microscope, flags.materialsFile]);
    const shown = await openShown(path, flags, context);
    const { name, aggregate, notes, warnings } = shown;
    const ending = extname(out).toLowerCase();
    if (ending in WRITERS) writeResultFile(out, WRITERS[ending](aggregate));
    const drawn =
      ending === ".html"
        ? await writePage(out, shown, path)
        : ending === ".png"
          ? writePicture(out, aggregate)
          : "";
    const particles = aggregate.particleCount;
    const head = `${name} of ${basename(path)}, ${counted(particles, "particle")}, in ${out}${drawn}`;
    const text = [head, ...remarkLines([shown])].join("\n");
    return { text, json: { file: out, name, particles, notes, warnings } };
  },
});

/** An aggregate with the image beside it. */
interface Shown extends NamedAggregate {
  readonly shoot: () => Shot | Promise<Shot>;
}

interface ViewChoice extends AggregateChoice {
  readonly sample: number | undefined;
  readonly microscope: string | undefined;
}

function checkTarget(out: string, force: boolean, inputs: readonly (string | undefined)[]): void {
  const endings = [".html", ".png", ...Object.keys(WRITERS)];
  if (!endings.includes(extname(out).toLowerCase())) {
    throw usageError({ action: "view aggregate" }, `--out must end in ${endings.join(", ")}`, out);
  }
  checkResultFile(out, inputs);
  if (!existsSync(out) || force) return;
  throw new UsageError(
    `${failureText({ action: "view aggregate" }, "--out must not exist", out)}; replace it with --force`,
  );
}

async function openShown(path: string, choice: ViewChoice, context: ConfigContext): Promise<Shown> {
  const source = findAggregates(path, choice, context);
  const file = choice.microscope;
  const asked = file === undefined ? null : readMicroscope({ file }, context).microscope;
  const withMicroscope = (shown: Shown) =>
    asked === null ? shown : { ...shown, shoot: () => takeShot(shown.aggregate, asked) };
  switch (source.kind) {
    case "file":
      return withMicroscope(shownFile(path, choice, context));
    case "recipe":
      return withMicroscope(shownOfRecipe(source.recipe, choice.sample ?? 0));
    case "corpus":
      return withMicroscope(await shownOfCorpus(source.corpus, choice.sample));
  }
}

function shownFile(path: string, choice: ViewChoice, context: ConfigContext): Shown {
  const action = "view aggregate";
  if (choice.sample !== undefined || choice.frame === "all") {
    const got = choice.frame === "all" ? "--frame all" : "--sample";
    throw usageError({ action, where: path }, "of a file one frame is shown, by --frame N", got);
  }
  const [shown] = readSphereFile(path, choice, context);
  const { microscope } = readMicroscope({ file: undefined }, context);
  return { ...shown, shoot: () => takeShot(shown.aggregate, framedOn(shown.aggregate, microscope)) };
}

/** A sample with the image that "generate" makes of it. */
function shownOfRecipe(recipe: InversionRecipe, index: number): Shown {
  const { microscope } = recipe;
  const shoot = () => {
    const { image, labels } = drawSample(planInversion(recipe).samples, index);
    return { image, settings: labels.microscope, microscope };
  };
  return { ...sampleNamed(index, grownSample(recipe, index)), shoot };
}

/** A sample as it is stored; the first that is there where none is named. */
async function shownOfCorpus(corpus: Corpus, index: number | undefined): Promise<Shown> {
  const start = index === undefined ? 0 : placeOfSample(corpus, index);
  const { microscope, aggregate: prior } = recipeOfCorpus(corpus.manifest, corpus.folder);
  const selection = { start, count: 1 };
  const stored = await firstOf(storedAggregates(corpus, materialsOfPrior(prior), selection));
  const shoot = async () => {
    const { labels, picture } = await firstOf(readSamples(corpus, selection));
    return { image: await decodePicture(picture), settings: labels.microscope, microscope };
  };
  return { ...sampleNamed(stored.sampleIndex, stored.aggregate), shoot };
}

async function firstOf<Row>(rows: AsyncGenerator<Row, void>): Promise<Row> {
  for await (const row of rows) return row;
  throw usageError({ action: "view aggregate" }, "corpus must hold a sample", "none");
}

function writePicture(out: string, aggregate: Aggregate): string {
  const picture = renderAggregatePicture(aggregate, { widthPx: PICTURE_PX, hasScaleBar: true });
  writeResultFile(out, pngBytes({ ...picture, channels: 4 }));
  return `, scale bar ${picture.scaleBarNm} nm`;
}

/** Shows the aggregate as it lies under the beam, beside its image. */
async function writePage(out: string, { name, aggregate, shoot }: Shown, path: string): Promise<string> {
  const shot = await shoot();
  const projection = projectionOf(aggregate, shot);
  const page = viewerHtml(viewAggregate(aggregate, shot.settings), {
    bundle: readViewerBundle(),
    title: name === basename(path) ? name : `${basename(path)}, ${name}`,
    projection,
  });
  writeResultFile(out, page);
  return `; ${projection.caption}`;
}
