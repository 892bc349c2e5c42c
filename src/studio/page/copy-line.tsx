import { useRef, useState } from "preact/hooks";

/** What became of a press on Copy, by what the button says then. */
const WORDS = { none: "Copy", copied: "Copied", marked: "Marked: press Ctrl+C" } as const;

/** A text to be copied: a command line, a paragraph. */
export function CopyLine({ label, text }: { readonly label: string; readonly text: string }) {
  const [state, setState] = useState<keyof typeof WORDS>("none");
  const code = useRef<HTMLElement>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setState("copied");
    } catch {
      // a page that is served without encryption has no clipboard, and a browser may refuse it
      if (code.current !== null) getSelection()?.selectAllChildren(code.current);
      setState("marked");
    }
  };
  return (
    <div class="copy">
      <span class="hint">{label}</span>
      <code ref={code} tabIndex={0}>
        {text}
      </code>
      <button type="button" aria-label={`Copy: ${label}`} onClick={() => void copy()}>
        {WORDS[state]}
      </button>
    </div>
  );
}
