/** In place of node:url: the path of an address. */
export const fileURLToPath = (address: URL): string => address.pathname;
