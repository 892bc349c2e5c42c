import { readMicrograph } from "../../src/micrograph/index.ts";
import { describe, expect, test } from "vitest";

describe("a file that is no micrograph is called by its name, with the remedy", () => {
  test.each([
    ["a.npz", "PK\x03\x04", /got a ZIP archive \(\.npz, \.zip\) \(a\.npz\); take the array out of it/],
    [
      "a.emi",
      "JK\x00\x02",
      /got the settings of a TIA acquisition \(\.emi\) \(a\.emi\); give the \.ser file/,
    ],
    ["._a.png", "\x00\x05\x16\x07", /got a hidden file of macOS \(\._a\.png\); give the file without \._/],
    [
      "a.tif",
      "version https://git-lfs.github.com/spec/v1",
      /got a pointer of Git LFS .*; fetch .* git lfs pull/,
    ],
    ["a.bmp", "BM6", /got a Windows bitmap \(\.bmp\) \(a\.bmp\); save it as TIFF or PNG/],
    ["a.czi", "ZISRAWFILE\x00", /got a Zeiss CZI file \(a\.czi\); export its image as TIFF or OME-TIFF/],
    ["a.jpg", "\x00\x00\x00\x18ftypheic", /got a HEIC or AVIF photograph \(a\.jpg\); save it as TIFF or PNG/],
    ["a.txt", "hello", /got first bytes 68 65 6c 6c 6f \(a\.txt\)$/],
    ["a.tif", "", /got an empty file \(a\.tif\)$/],
  ])("%s", async (name, text, wanted) => {
    await expect(readMicrograph(Buffer.from(text, "latin1"), name)).rejects.toThrow(wanted);
  });
});

test("an array of Python objects is refused with what Cellpose's state needs", async () => {
  const header = "{'descr': '|O', 'fortran_order': False, 'shape': (), }\n";
  const text = `\x93NUMPY\x01\x00${String.fromCharCode(header.length, 0)}${header}`;
  await expect(readMicrograph(Buffer.from(text, "latin1"), "a_seg.npy")).rejects.toThrow(
    /must hold numbers, got Python objects \(a_seg\.npy\); where .*_seg\.npy, save its masks as PNG or TIFF \(_cp_masks\)$/,
  );
});
