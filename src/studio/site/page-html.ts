/**
 * What the page may do: run its own scripts, WebAssembly and workers made of them, and show pictures that it has drawn itself. It may ask
 * nothing of any server, its own included, but for its scripts and its style.
 */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src blob: data:",
  "worker-src blob:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** The page before its script has run. */
export function pageHtml(version: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${PAGE_POLICY}">
<meta name="color-scheme" content="light dark">
<meta name="heterostem-version" content="${version}">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="page.css">
<title>heterostem studio</title>
</head>
<body>
<div id="page"><h1>heterostem studio</h1><noscript>The studio works in your browser alone, by JavaScript, which is switched off.</noscript></div>
<script src="page.js"></script>
</body>
</html>
`;
}
