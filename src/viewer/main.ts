import type { ViewerData, ViewerDraws } from "../web/index.ts";
import { buildScene } from "./scene.ts";
import { openView } from "./view.ts";
import { particleText } from "./particle-text.ts";

/** Entry of the page: reads the data element, builds the scene, wires the controls. */
function start(): void {
  const page = JSON.parse(element("data").textContent ?? "") as ViewerData | ViewerDraws;
  let data: ViewerData = page;
  element("legend").replaceChildren(...data.materials.map((_, material) => legendEntry(data, material)));
  let scene = buildScene(data);
  const view = openView(element("view"), scene, data);
  const contacts = element("contacts") as HTMLInputElement;
  const necks = element("necks") as HTMLInputElement;
  const applyToggles = () => {
    scene.showContacts(contacts.checked);
    scene.showNecks(necks.checked);
    view.draw();
  };
  contacts.addEventListener("change", applyToggles);
  necks.addEventListener("change", applyToggles);
  element("reset").addEventListener("click", view.lookAlongBeam);
  view.onPick((index) => {
    scene.mark(index);
    element("particle").textContent =
      index === null ? "Click a particle for its numbers" : particleText(data, index);
    view.draw();
  });
  if ("draws" in page) {
    leafThrough(page, contacts, (draw) => {
      data = { ...page, ...draw };
      scene = buildScene(data);
      view.show(scene, data);
      applyToggles();
    });
  }
  applyToggles();
}

/** Wires the slider of a page of several structures; contacts are shown from the start, for they are what differs. */
function leafThrough(
  { draws }: ViewerDraws,
  contacts: HTMLInputElement,
  show: (draw: ViewerDraws["draws"][number]) => void,
): void {
  const slider = element("draw") as HTMLInputElement;
  const leaf = () => {
    const draw = draws[Number(slider.value)];
    element("draw-caption").textContent = draw.caption;
    draw.pictures.forEach((source, k) => element(`picture-${k}`).setAttribute("src", source));
    show(draw);
  };
  contacts.checked = true;
  slider.addEventListener("input", leaf);
  leaf();
}

/** Colour, name and count of a material; the name is text, for materials are named by whoever wrote the recipe. */
function legendEntry({ materials, particles }: ViewerData, material: number): HTMLElement {
  const { name, colour } = materials[material];
  const swatch = document.createElement("i");
  swatch.style.background = colour;
  const count = particles.filter((particle) => particle.material === material).length;
  const entry = document.createElement("span");
  entry.append(swatch, `${name}: ${count} particles`);
  return entry;
}

function element(id: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(`#${id}`);
  if (!found) throw new Error(`Cannot start viewer: page must hold #${id}, got none`);
  return found;
}

start();
