/** Work that can be given up, and how far it is where that is known. */
export function Working({
  what,
  share,
  onLeave,
}: {
  readonly what: string;
  readonly share: number | null;
  readonly onLeave: () => void;
}) {
  return (
    <p class="working">
      <progress aria-label={what} value={share ?? undefined} />
      <button type="button" onClick={onLeave}>
        Cancel
      </button>
    </p>
  );
}
