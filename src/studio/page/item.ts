import type { ListedDisc } from "../../particles/index.ts";
import type {
  Answer,
  ExplainedParticles,
  FoundParticles,
  ImageOrder,
  ReadImage,
  Structures,
} from "../worker/protocol.ts";

/** Something that is computed: not yet, being computed, of which a share may be known to be done, there, or why it is not. */
export type Outcome<Value> =
  | { readonly kind: "none" }
  | { readonly kind: "working"; readonly share: number | null }
  | { readonly kind: "done"; readonly value: Value; readonly ms: number }
  | { readonly kind: "failed"; readonly message: string };

export const NONE = { kind: "none" } as const;
export const WORKING = { kind: "working", share: null } as const;

/** An image on the page, with all that is known of it. */
export interface Item {
  readonly id: number;
  readonly order: ImageOrder;
  readonly read: Outcome<ReadImage>;
  /** One of the image, or one of each of its aggregates. */
  readonly answer: Outcome<readonly Answer[]>;
  readonly particles: Outcome<FoundParticles>;
  /** Of the particles as they are, and gone when these change: what they explain, and structures over them. */
  readonly explained: Outcome<ExplainedParticles>;
  readonly structures: Outcome<Structures>;
  /** Particles as a person has corrected them; null where nobody has. */
  readonly corrected: readonly ListedDisc[] | null;
  /** Whether it is pooled with others. */
  readonly isTicked: boolean;
}

/** What has been computed, or null. */
export const valueOf = <Value>(outcome: Outcome<Value>): Value | null =>
  outcome.kind === "done" ? outcome.value : null;

/** Name of the file's results, without an ending. */
export const stemOf = ({ order: { file } }: Item): string => file.name.replace(/\.[^.]*$/, "");

/** The file of regions that corrections are taken from; null where nobody has corrected anything. */
export const correctionsName = (item: Item): string | null =>
  item.corrected === null ? null : `${stemOf(item)}-RoiSet.zip`;
