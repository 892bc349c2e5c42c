/**
 * A word for a POSIX shell that stands for exactly this text.
 *
 * @param text without NUL
 * @returns the text itself where no character of it means anything to a shell, else the text in single quotes
 */
export function shellWord(text: string): string {
  return /^[\w@%+:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Words of a command, on one line. */
export function shellCommand(words: readonly string[]): string {
  return words.map(shellWord).join(" ");
}
