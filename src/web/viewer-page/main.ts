import type { ViewerData } from "../viewer-data.ts";
import { buildScene } from "./scene.ts";
import { openView } from "./view.ts";
import { particleText } from "./particle-text.ts";

/** Entry of the page: reads the data element, builds the scene, wires the controls. */
function start(): void {
  const data = JSON.parse(element("data").textContent ?? "") as ViewerData;
  element("legend").innerHTML = data.materials
    .map(({ name, colour }, material) => {
      const count = data.particles.filter((particle) => particle.material === material).length;
      return `<span><i style="background:${colour}"></i>${name}: ${count} particles</span>`;
    })
    .join("");
  const scene = buildScene(data);
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
  applyToggles();
}

function element(id: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(`#${id}`);
  if (!found) throw new Error(`Cannot start viewer: page must hold #${id}, got none`);
  return found;
}

start();
