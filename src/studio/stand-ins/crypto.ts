import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

/** In place of node:crypto: SHA-256 of bytes, in one go, by noble-hashes. */
export function createHash(_algorithm: "sha256") {
  const hash = sha256.create();
  const own = {
    update(bytes: Uint8Array | string) {
      hash.update(typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes);
      return own;
    },
    digest: (_encoding: "hex") => bytesToHex(hash.digest()),
  };
  return own;
}
