import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { PAGE_POLICY } from "./page-html.ts";
import type { Site } from "./site-files.ts";

/** A page that is being served. */
export interface ServedSite {
  /** Such as "http://127.0.0.1:4173/". */
  readonly address: string;
  close(): Promise<void>;
}

/** Nobody but this machine. */
const HOST = "127.0.0.1";

/**
 * Serves the studio's files on this machine alone.
 *
 * Only requests by the server's own name are answered: a page of another name that was made to point here (DNS rebinding) gets nothing, nor
 * does one of another origin. Nothing is served but the named files, and nothing is received.
 *
 * @param site the files
 * @param port where to listen; 0 takes a free one
 * @returns address, and what ends it
 * @throws Error where the port is taken
 */
export async function serveSite(site: Site, port: number): Promise<ServedSite> {
  const server = createServer((request, response) => answer(site, server, request, response));
  await new Promise<void>((resolve, reject) => {
    const refuse = (cause: NodeJS.ErrnoException) => {
      const got = cause.code === "EADDRINUSE" ? "one that is taken" : (cause.code ?? cause.message);
      reject(
        new Error(`Cannot open studio: port ${port} must be free, got ${got}; choose another with --port`, {
          cause,
        }),
      );
    };
    server.once("error", refuse);
    server.listen(port, HOST, () => {
      server.off("error", refuse);
      resolve();
    });
  });
  return {
    address: `http://${HOST}:${portOf(server)}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;

const HEADERS = {
  "Content-Security-Policy": `${PAGE_POLICY}; frame-ancestors 'none'`,
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cache-Control": "no-store",
};

function answer(site: Site, server: Server, request: IncomingMessage, response: ServerResponse): void {
  const refuse = (status: number, text: string) => {
    response.writeHead(status, { ...HEADERS, "Content-Type": "text/plain; charset=utf-8" }).end(`${text}\n`);
  };
  const { host, origin } = request.headers;
  const own = [HOST, "localhost"].map((name) => `${name}:${portOf(server)}`);
  if (host === undefined || !own.includes(host)) return refuse(403, "Wanted this server by its own name");
  if (origin !== undefined && origin !== `http://${host}`) return refuse(403, "Wanted the page's own origin");
  if (request.method !== "GET" && request.method !== "HEAD") return refuse(405, "Wanted GET");
  const path = (request.url ?? "/").replace(/\?.*$/s, "");
  const file = site.get(path === "/" ? "index.html" : path.slice(1));
  if (file === undefined) return refuse(404, "No such file");
  const bytes = file.bytes();
  response.writeHead(200, { ...HEADERS, "Content-Type": file.type, "Content-Length": bytes.length });
  response.end(request.method === "HEAD" ? undefined : bytes);
}
