/** Words of the language, of a library or of the system, which nobody who uses the program can act on. */
const RAW =
  /TypeError|ReferenceError|RangeError:|SyntaxError:|Cannot read propert|undefined|is not a function|is not iterable|is not defined|Invalid typed array|Invalid array|Invalid string length|call stack|out of memory|Array buffer|wasm|WebAssembly|unreachable|\[object |node:internal|\bat [\w.<>]+ \(|ERR_|is out of range\. It must|Unexpected token|Unexpected end of JSON|Cannot convert|Cannot mix BigInt|Assertion|heap|errno|allocation failed|Offset is outside|start offset|byte length of|NaN/;

/**
 * Judges the words with which a reader refuses a file.
 *
 * @param message of the error
 * @returns what is wrong with it; null where it says in the house's words what cannot be done
 */
export function wordsFault(message: string): string | null {
  // values of the file itself stand in the text: they are no words of the program
  if (!/\bCannot \w+/.test(message)) return `does not say what cannot be done: ${message.slice(0, 300)}`;
  const raw = RAW.exec(message.replaceAll(/"[^"]*"/g, "").replaceAll(/, got [^;]*/g, ""));
  return raw === null ? null : `raw words "${raw[0]}": ${message.slice(0, 300)}`;
}
