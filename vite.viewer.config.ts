import { resolve } from "node:path";
import { defineConfig } from "vite";

/** Bundles the viewer's script with three into dist/web/viewer.js, which pages carry inside. */
export default defineConfig({
  logLevel: "warn",
  publicDir: false,
  build: {
    outDir: resolve(import.meta.dirname, "dist/web"),
    emptyOutDir: true,
    lib: {
      entry: resolve(import.meta.dirname, "src/viewer/main.ts"),
      name: "heterostemViewer",
      formats: ["iife"],
      fileName: () => "viewer.js",
    },
  },
});
