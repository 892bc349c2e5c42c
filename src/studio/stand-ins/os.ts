const GIB = 2 ** 30;

/** In place of node:os: memory of the machine as far as the browser tells [bytes]; 4 GiB where it does not. */
export const totalmem = (): number =>
  GIB * ((navigator as { readonly deviceMemory?: number }).deviceMemory ?? 4);

export const availableParallelism = (): number => navigator.hardwareConcurrency;
