/** A file that is no micrograph, but that people give for one. */
interface ForeignFile {
  /** Its first bytes as Latin-1 text. */
  readonly begins: string;
  readonly what: string;
  readonly remedy: string;
}

const SAVE_AS = "save it as TIFF or PNG";

const EXPORT = "export its image as TIFF or OME-TIFF, from that program or from Fiji";

const FOREIGN: readonly ForeignFile[] = [
  {
    begins: "PK\x03\x04",
    what: "a ZIP archive (.npz, .zip)",
    remedy: "take the array out of it, with numpy.save",
  },
  {
    begins: "\x00\x05\x16\x07",
    what: "a hidden file of macOS",
    remedy: "give the file without ._ in its name",
  },
  {
    begins: "version https://git-lfs",
    what: "a pointer of Git LFS",
    remedy: "fetch the file with git lfs pull",
  },
  { begins: "\x1f\x8b", what: "a file packed by gzip", remedy: "unpack it with gunzip" },
  { begins: "GIF8", what: "a GIF", remedy: SAVE_AS },
  { begins: "BM", what: "a Windows bitmap (.bmp)", remedy: SAVE_AS },
  { begins: "RIFF", what: "a WebP picture", remedy: SAVE_AS },
  { begins: "ZISRAWFILE", what: "a Zeiss CZI file", remedy: EXPORT },
  { begins: "\xda\xce\xbe\x0a", what: "a Nikon ND2 file", remedy: EXPORT },
  { begins: "p\x00\x00\x00", what: "a Leica LIF file", remedy: EXPORT },
  { begins: "%PDF", what: "a PDF document", remedy: "export its picture as TIFF or PNG" },
];

const SETTINGS_OF_TIA = {
  what: "the settings of a TIA acquisition (.emi)",
  remedy: "give the .ser file beside it, which has the pixels (NAME_1.ser)",
};

/** What a file is that no reader knows, and what to do about it; null where nothing is known of it. */
export function foreignFile(
  bytes: Uint8Array,
  fileName: string,
): Pick<ForeignFile, "what" | "remedy"> | null {
  if (/\.emi$/i.test(fileName)) return SETTINGS_OF_TIA;
  const head = Buffer.from(bytes.subarray(0, 64)).toString("latin1");
  if (/^ftyp(hei|mif|avif)/.test(head.slice(4)))
    return { what: "a HEIC or AVIF photograph", remedy: SAVE_AS };
  return FOREIGN.find(({ begins }) => head.startsWith(begins)) ?? null;
}
