export interface MrcSpec {
  readonly mode: number;
  readonly values: Buffer;
  readonly isLittleEndian?: boolean;
  readonly cellA?: number;
  readonly extended?: Buffer;
}

/** An MRC map of 3 x 2 x 1. */
export function mrcFile({ mode, values, isLittleEndian = true, cellA = 6, extended }: MrcSpec): Buffer {
  const header = Buffer.alloc(1024);
  const int = (value: number, at: number) => {
    if (isLittleEndian) header.writeInt32LE(value, at);
    else header.writeInt32BE(value, at);
  };
  const float = (value: number, at: number) => {
    if (isLittleEndian) header.writeFloatLE(value, at);
    else header.writeFloatBE(value, at);
  };
  for (const [i, value] of [3, 2, 1, mode].entries()) int(value, 4 * i);
  for (const [i, value] of [3, 2, 1].entries()) int(value, 28 + 4 * i);
  for (const [i, value] of [cellA, (cellA * 2) / 3, cellA / 3].entries()) float(value, 40 + 4 * i);
  int(extended?.length ?? 0, 92);
  if (extended) header.write("FEI2", 104, "latin1");
  header.write("MAP ", 208, "latin1");
  header.set(isLittleEndian ? [0x44, 0x44] : [0x11, 0x11], 212);
  return Buffer.concat([header, extended ?? Buffer.alloc(0), values]);
}
