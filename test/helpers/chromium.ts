import { existsSync } from "node:fs";

/** Debian's Chromium, the browser that page tests run in; null where it is not installed. */
export const CHROMIUM_PATH =
  ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => existsSync(path)) ?? null;

/** Flags for a machine without a graphics card: WebGL through SwiftShader, no sandbox for root. */
export const CHROMIUM_FLAGS = [
  "--no-sandbox",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--ignore-gpu-blocklist",
];
