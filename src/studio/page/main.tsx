import { render } from "preact";
import { App } from "./app.tsx";
import "./page.css";

/** Entry of the page. */
function start(): void {
  const root = document.querySelector("#page");
  if (root === null) throw new Error("Cannot start studio: page must hold #page, got none");
  const version = document.querySelector<HTMLMetaElement>('meta[name="heterostem-version"]')?.content ?? "";
  root.replaceChildren();
  render(<App version={version} />, root);
}

start();
