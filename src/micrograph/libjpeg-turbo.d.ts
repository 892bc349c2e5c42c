/** libjpeg-turbo as WebAssembly: what is used of its package, which has no types. */
declare module "@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs" {
  export interface JpegDecoder {
    /** Room for a stream, in the decoder's memory. */
    getEncodedBuffer(byteCount: number): Uint8Array;
    /** Throws a number on damage, and on streams that end early. */
    decode(): void;
    getFrameInfo(): { readonly width: number; readonly height: number; readonly componentCount: 1 | 3 };
    /** Grey or RGB, in the decoder's memory. */
    getDecodedBuffer(): Uint8ClampedArray;
    delete(): void;
  }

  export interface JpegModule {
    readonly JPEGDecoder: new () => JpegDecoder;
    readonly HEAPU8: Uint8Array;
  }

  export default function libjpegTurbo(options: {
    readonly instantiateWasm: (
      imports: WebAssembly.Imports,
      whenReady: (instance: WebAssembly.Instance) => unknown,
    ) => unknown;
    readonly print: (text: string) => void;
    readonly printErr: (text: string) => void;
  }): Promise<JpegModule>;
}
