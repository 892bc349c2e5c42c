import { definedPart } from "../core/index.ts";
import type { FramedPage } from "../report/index.ts";
import type { Aggregate } from "../stochastic/index.ts";
import { viewerData } from "./viewer-data.ts";
import type { ViewerDraws } from "./viewer-data.ts";
import { escaped, scriptSourceOf, viewerPage } from "./viewer-html.ts";

/** A structure with the pictures that belong to it. */
export interface ShownDraw {
  readonly aggregate: Aggregate;
  /** What is said of it, such as its chain and its residual. */
  readonly caption: string;
  /** One for each place of the page, as data URIs. */
  readonly pictures: readonly string[];
}

/** What the page is made of. */
export interface DrawsPage {
  /** The page's script, as readViewerBundle gives it. */
  readonly bundle: string;
  readonly title: string;
  /** Structures in the order in which they are leafed through, one at least. */
  readonly draws: readonly ShownDraw[];
  /** Pictures that stay, with what they show, as data URIs. */
  readonly fixed: readonly { readonly source: string; readonly caption: string }[];
  /** What the places of the structures' own pictures show. */
  readonly places: readonly string[];
  /** How probable the contact of two particles is, the lower index first; absent where structures are known. */
  readonly probabilityOf?: (first: number, second: number) => number;
}

/**
 * Writes a page that leafs through structures: each in 3D beside its own pictures and those that stay. Contacts are coloured by how
 * probable they are, or by whether they join two materials.
 *
 * @param page script, structures, pictures
 * @returns HTML with script, data and images inside
 */
export function drawsHtml({ bundle, title, draws, fixed, places, probabilityOf }: DrawsPage): string {
  const shown = draws.map(({ aggregate, caption, pictures }) => {
    const { particles, contacts, materials } = viewerData(aggregate, {
      title,
      ...definedPart({ probabilityOf }),
    });
    return { particles, contacts, materials, caption, pictures };
  });
  const [first] = shown;
  const data: ViewerDraws = {
    title,
    materials: first.materials,
    particles: first.particles,
    contacts: first.contacts,
    draws: shown.map(({ particles, contacts, caption, pictures }) => ({
      particles,
      contacts,
      caption,
      pictures,
    })),
  };
  const figures = [
    ...fixed.map(({ source, caption }) => figure(`<img alt="${escaped(caption)}" src="${source}">`, caption)),
    ...places.map((caption, k) =>
      figure(`<img alt="${escaped(caption)}" id="picture-${k}" src="${first.pictures[k]}">`, caption),
    ),
  ];
  const controls = `<label>structure <input type="range" id="draw" min="0" max="${draws.length - 1}" value="0"></label>
<span id="draw-caption">${escaped(first.caption)}</span>${probabilityOf === undefined ? "" : RAMP}`;
  return viewerPage({ bundle, data, controls, figures: `<div id="views">${figures.join("")}</div>` });
}

/** What the colours of contacts mean where they are more or less probable. */
const RAMP = `<span>contacts: improbable<span id="ramp"></span>certain</span>`;

/**
 * The same page, to stand in a report.
 *
 * @param page script, structures, pictures
 */
export function framedDraws(page: DrawsPage): FramedPage {
  return { title: page.title, text: drawsHtml(page), scriptSource: scriptSourceOf(page.bundle) };
}

const figure = (image: string, caption: string) =>
  `<figure>${image}<figcaption>${escaped(caption)}</figcaption></figure>`;
