/**
 * What a browser does with an aggregate: the spheres as three.js objects, an orthographic view of them, the words about a particle.
 * Takes what `web` has gathered of the aggregate; `main.ts` is the script of the page that `heterostem view` writes. Runs in pages alone.
 */
export { buildScene } from "./scene.ts";
export type { AggregateScene } from "./scene.ts";
export { openView } from "./view.ts";
export type { View, ViewPicture } from "./view.ts";
export { particleText } from "./particle-text.ts";
export { scaleBarOf } from "./scale-bar.ts";
