import { failureText } from "../../core/index.ts";

/** How the packages of the GPU renderer come beside a packed program; gpu.js without its optional WebGL, which it never uses here. */
export const GPU_INSTALL = "npm install --omit=optional gpu.js@2.24.1 webgpu@0.6.2";

/**
 * Imports a package that only the GPU renderer needs. A checkout has them; who installs the packed program adds them where a GPU is.
 *
 * @throws Error where it is not installed, with the call that installs it
 */
export async function gpuPackage<Package>(name: string, load: () => Promise<Package>): Promise<Package> {
  try {
    return await load();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw cause;
    const wanted = "wanted the packages gpu.js and webgpu beside heterostem";
    const text = failureText({ action: "open renderer" }, wanted, `no ${name}`);
    throw new Error(
      `${text}; "${GPU_INSTALL}" installs them, with -g where heterostem was; the CPU needs none`,
      {
        cause,
      },
    );
  }
}
