import { useState } from "preact/hooks";

/** A text to be copied: a command line, a paragraph. */
export function CopyLine({ label, text }: { readonly label: string; readonly text: string }) {
  const [isCopied, setCopied] = useState(false);
  return (
    <div class="copy">
      <span class="hint">{label}</span>
      <code tabIndex={0}>{text}</code>
      <button
        type="button"
        aria-label={`Copy: ${label}`}
        onClick={() => {
          navigator.clipboard.writeText(text).then(
            () => setCopied(true),
            () => setCopied(false),
          );
        }}
      >
        {isCopied ? "Copied" : "Copy"}
      </button>
    </div>
  );
}
