import * as THREE from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";
import type { ViewerData } from "../web/index.ts";
import { scaleBarOf } from "./scale-bar.ts";
import type { AggregateScene } from "./scene.ts";

/** Pointer travel that still counts as a click [px]. */
const CLICK_SLACK_PX = 4;
/** Room about the aggregate, as a share of its extent. */
const MARGIN = 1.12;

/** The running view. */
export interface View {
  draw(): void;
  lookAlongBeam(): void;
  /** Turns the aggregate about the vertical and the horizontal of the screen [degrees], as a drag to the right and down does. */
  turn(rightDeg: number, downDeg: number): void;
  /** Shows another aggregate from where the first is seen; the old one's memory is given back. */
  show(content: AggregateScene, data: ViewerData): void;
  /** Draws what is seen; the pixels of the canvas stay until the browser paints. */
  picture(): ViewPicture;
  /** Calls back with the particle under a click, or null. */
  onPick(callback: (index: number | null) => void): void;
  /** Gives everything back to the browser. */
  close(): void;
}

/** What a view shows, and how large a nanometre is in it [px]. */
export interface ViewPicture {
  readonly canvas: HTMLCanvasElement;
  readonly pixelsPerNm: number;
}

/** Opens an orthographic view in an element: lengths on the screen are lengths in nm at every depth. */
export function openView(host: HTMLElement, first: AggregateScene, data: ViewerData): View {
  const renderer = new THREE.WebGLRenderer({ antialias: true });
  renderer.setPixelRatio(window.devicePixelRatio);
  host.prepend(renderer.domElement);
  let content = first;
  let extentNm = extentOf(data);
  const camera = new THREE.OrthographicCamera(-1, 1, 1, -1, 0, 6 * extentNm);
  const controls = new OrbitControls(camera, renderer.domElement);
  const draw = () => {
    renderer.render(content.scene, camera);
    showScale(host, camera);
  };
  const frame = () => {
    const { clientWidth: width, clientHeight: height } = host;
    const nmPerPixel = extentNm / Math.min(width, height);
    camera.left = (-width * nmPerPixel) / 2;
    camera.right = (width * nmPerPixel) / 2;
    camera.top = (height * nmPerPixel) / 2;
    camera.bottom = (-height * nmPerPixel) / 2;
    camera.far = 6 * extentNm;
    camera.updateProjectionMatrix();
    draw();
  };
  const resize = () => {
    // hidden: what was seen last stays
    if (host.clientWidth === 0) return;
    renderer.setSize(host.clientWidth, host.clientHeight);
    frame();
  };
  const lookAlongBeam = () => {
    camera.position.set(0, 0, 3 * extentNm);
    camera.up.set(0, 1, 0);
    camera.zoom = 1;
    camera.updateProjectionMatrix();
    controls.target.set(0, 0, 0);
    controls.update();
    draw();
  };
  controls.addEventListener("change", draw);
  const observer = new ResizeObserver(resize);
  observer.observe(host);
  resize();
  lookAlongBeam();
  return {
    draw,
    lookAlongBeam,
    turn(rightDeg, downDeg) {
      const from = new THREE.Spherical().setFromVector3(camera.position.clone().sub(controls.target));
      from.theta -= THREE.MathUtils.degToRad(rightDeg);
      from.phi -= THREE.MathUtils.degToRad(downDeg);
      camera.position.setFromSpherical(from.makeSafe()).add(controls.target);
      controls.update();
      draw();
    },
    show(next, nextData) {
      if (next !== content) content.dispose();
      content = next;
      extentNm = extentOf(nextData);
      camera.position.setLength(3 * extentNm);
      frame();
    },
    picture() {
      draw();
      const { domElement: canvas } = renderer;
      return { canvas, pixelsPerNm: (canvas.width * camera.zoom) / (camera.right - camera.left) };
    },
    onPick: (callback) => listenForClicks(renderer.domElement, camera, () => content.spheres, callback),
    close() {
      observer.disconnect();
      controls.dispose();
      content.dispose();
      renderer.dispose();
      renderer.domElement.remove();
    },
  };
}

/** Diameter of the sphere about the centre that holds all particles, with some room [nm]. */
function extentOf({ particles }: ViewerData): number {
  return 2 * MARGIN * Math.max(...particles.map((p) => Math.hypot(p.x, p.y, p.z) + p.radius));
}

function showScale(host: HTMLElement, camera: THREE.OrthographicCamera): void {
  const pixelsPerNm = (host.clientWidth * camera.zoom) / (camera.right - camera.left);
  const { lengthNm, lengthPx } = scaleBarOf(pixelsPerNm, host.clientWidth / 4);
  const bar = host.querySelector<HTMLElement>("#bar");
  const text = host.querySelector<HTMLElement>("#length");
  if (bar) bar.style.width = `${lengthPx}px`;
  if (text) text.textContent = `${lengthNm} nm`;
}

function listenForClicks(
  canvas: HTMLCanvasElement,
  camera: THREE.OrthographicCamera,
  spheres: () => THREE.InstancedMesh,
  callback: (index: number | null) => void,
): void {
  const raycaster = new THREE.Raycaster();
  let down = { x: 0, y: 0 };
  canvas.addEventListener("pointerdown", ({ clientX, clientY }) => {
    down = { x: clientX, y: clientY };
  });
  canvas.addEventListener("pointerup", ({ clientX, clientY }) => {
    if (Math.hypot(clientX - down.x, clientY - down.y) > CLICK_SLACK_PX) return;
    const box = canvas.getBoundingClientRect();
    const x = (2 * (clientX - box.left)) / box.width - 1;
    const y = 1 - (2 * (clientY - box.top)) / box.height;
    raycaster.setFromCamera(new THREE.Vector2(x, y), camera);
    const [hit] = raycaster.intersectObject(spheres());
    callback(hit?.instanceId ?? null);
  });
}
