/** A place on an image [px]. */
export interface Place {
  readonly x: number;
  readonly y: number;
}
