/** A TIA series of 3 x 2 px images of 32-bit integers; rows as given are stored from the bottom up. */
export function serFile(
  frames: readonly (readonly number[])[],
  isLong: boolean,
  totalCount = frames.length,
  stepM = 2e-10,
): Buffer {
  const pointerBytes = isLong ? 8 : 4;
  const headerBytes = 22 + pointerBytes + 4;
  const elementBytes = 2 * 20 + 2 + 8 + 24;
  const arrayAt = headerBytes + frames.length * elementBytes;
  const file = Buffer.alloc(arrayAt + totalCount * pointerBytes);
  file.writeUInt16LE(0x4949, 0);
  file.writeUInt16LE(0x0197, 2);
  file.writeUInt16LE(isLong ? 0x0220 : 0x0210, 4);
  file.writeUInt32LE(0x4122, 6);
  file.writeUInt32LE(0x4152, 10);
  file.writeUInt32LE(totalCount, 14);
  file.writeUInt32LE(frames.length, 18);
  file.writeUInt32LE(arrayAt, 22);
  for (const [index, frame] of frames.entries()) {
    const at = headerBytes + index * elementBytes;
    file.writeUInt32LE(at, arrayAt + index * pointerBytes);
    file.writeDoubleLE(stepM, at + 8);
    file.writeDoubleLE(stepM, at + 28);
    file.writeUInt16LE(6, at + 40);
    file.writeUInt32LE(3, at + 42);
    file.writeUInt32LE(2, at + 46);
    for (const [i, value] of frame.entries()) file.writeInt32LE(value, at + 50 + 4 * i);
  }
  return file;
}
