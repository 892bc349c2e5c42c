import { request } from "node:http";
import { networkInterfaces } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serveSite, type ServedSite, type Site } from "../../src/studio/index.ts";

const page = new TextEncoder().encode("<p>page</p>");
const site: Site = new Map([["index.html", { type: "text/html; charset=utf-8", bytes: () => page }]]);

let served: ServedSite;
beforeAll(async () => {
  served = await serveSite(site, 0);
});
afterAll(() => served.close());

interface Asked {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
}

/** A request word for word: fetch would tidy path, Host and Origin. */
function ask(
  path: string,
  options: { method?: string; headers?: Record<string, string>; host?: string } = {},
) {
  const { port } = new URL(served.address);
  const { host = "127.0.0.1", ...sent } = options;
  return new Promise<Asked>((resolve, reject) => {
    const asking = request({ host, port, path, ...sent }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    });
    asking.on("error", reject).end();
  });
}

describe("serveSite()", () => {
  test("gives the page with a policy under which it may ask nobody for anything", async () => {
    const { status, headers, text } = await ask("/?x=1");
    expect([status, text]).toEqual([200, "<p>page</p>"]);
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(headers["content-security-policy"]).not.toMatch(/connect-src|unsafe-inline|'unsafe-eval'|https?:/);
    expect(headers["x-content-type-options"]).toBe("nosniff");
  });

  test("answers to its own name alone: another Host is a page that was made to point here", async () => {
    const { port } = new URL(served.address);
    expect((await ask("/", { headers: { Host: `evil.example:${port}` } })).status).toBe(403);
    expect((await ask("/", { headers: { Host: `127.0.0.1:${Number(port) + 1}` } })).status).toBe(403);
    expect((await ask("/", { headers: { Host: `localhost:${port}` } })).status).toBe(200);
  });

  test("answers its own origin alone", async () => {
    expect((await ask("/", { headers: { Origin: "https://evil.example" } })).status).toBe(403);
    expect((await ask("/", { headers: { Origin: "null" } })).status).toBe(403);
    expect((await ask("/", { headers: { Origin: served.address.slice(0, -1) } })).status).toBe(200);
  });

  test("gives no other file and takes nothing", async () => {
    for (const path of [
      "/../package.json",
      "/%2e%2e/package.json",
      "/etc/passwd",
      "//etc/passwd",
      "/index.html/",
    ]) {
      expect((await ask(path)).status).toBe(404);
    }
    expect((await ask("/", { method: "POST" })).status).toBe(405);
    expect((await ask("/", { method: "DELETE" })).status).toBe(405);
  });

  test("does not listen where other machines could ask", async () => {
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((one) => one?.family === "IPv4" && !one.internal);
    if (outside === undefined) return;
    await expect(ask("/", { host: outside.address })).rejects.toThrow("ECONNREFUSED");
  });

  test("says which port is taken", async () => {
    const port = Number(new URL(served.address).port);
    await expect(serveSite(site, port)).rejects.toThrow(
      `Cannot open studio: port ${port} must be free, got one that is taken; choose another with --port`,
    );
  });
});
