/** A kind of message of protobuf, as far as it is needed to find the messages in one. */
export interface MessageKind {
  readonly fields: readonly { readonly number: number; readonly message?: MessageKind | undefined }[];
}

/** Messages in messages that are followed; the parser refuses deeper ones. */
const DEEPEST = 100;
/** How a field's value ends [protobuf encoding]. */
const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/**
 * Counts the messages in a message before they are made: each is an object of some hundred bytes, and may take two in the file.
 *
 * @param bytes of a message
 * @param kind of it
 * @param most counted; beyond, the count ends
 * @returns the messages at all depths; those of damaged bytes up to the damage, which is for the parser to tell
 */
export function countMessages(bytes: Uint8Array, kind: MessageKind, most: number): number {
  let [count, at] = [0, 0];
  const varint = (end: number) => {
    let [value, scale] = [0, 1];
    for (; at < end; scale *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    return NaN;
  };
  /** Goes through the fields up to an end; false where they are damaged. */
  const walk = (end: number, { fields }: MessageKind, depth: number): boolean => {
    while (at < end && count <= most) {
      const tag = varint(end);
      const wire = tag % 8;
      if (wire === WIRE.varint) varint(end);
      else if (wire === WIRE.fixed64) at += 8;
      else if (wire === WIRE.fixed32) at += 4;
      else if (wire === WIRE.bytes) {
        const length = varint(end);
        const next = at + length;
        if (!(next <= end)) return false;
        const inner = fields.find(({ number }) => number === Math.floor(tag / 8))?.message;
        if (inner !== undefined) {
          count++;
          if (depth === DEEPEST || !walk(next, inner, depth + 1)) return false;
        }
        at = next;
      } else return false;
    }
    return at <= end;
  };
  walk(bytes.length, kind, 0);
  return count;
}
