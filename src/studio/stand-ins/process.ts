/** In place of Node's process, as far as modules look at it. */
export const process = {
  env: {} as Record<string, string | undefined>,
  /** 0: the browser sets no limit of its own that could be asked for. */
  constrainedMemory: () => 0,
  platform: "browser",
  arch: "wasm",
} as const;
