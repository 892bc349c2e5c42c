/** Gives a file to the person: the browser keeps it where it keeps downloads. */
export function download(
  name: string,
  contents: string | Uint8Array<ArrayBuffer> | Blob,
  type = "text/plain",
): void {
  const blob = contents instanceof Blob ? contents : new Blob([contents], { type });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // the browser has taken it by then
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
