import { readdirSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

type Handler = (request: Request, context: { params: Promise<Record<string, string | string[]>> }) => unknown;

interface Route {
  file: string;
  segments: string[];
}

const appFolder = path.resolve(import.meta.dirname, "../../../src/app");

/** Every route file, with the more exact one of two that match an address first, as Next takes it. */
const routes: readonly Route[] = readdirSync(appFolder, { recursive: true, encoding: "utf8" })
  .filter((file) => path.basename(file) === "route.ts")
  .map((file) => ({ file: path.join(appFolder, file), segments: path.dirname(file).split(path.sep) }))
  .toSorted((a, b) => (rankOf(a) < rankOf(b) ? -1 : 1));

/** Sorts as text: a fixed segment, then a dynamic one, then one for all that follow. */
function rankOf({ segments }: Route): string {
  return segments
    .map((each) => (each.startsWith("[[") ? 3 : each.startsWith("[...") ? 2 : each.startsWith("[") ? 1 : 0))
    .join("");
}

/**
 * Answers a request with the route handler that Next would call, in this process. What a server adds (headers
 * of next.config.ts, proxy.ts, the limits of a socket) is missing here and tested over HTTP.
 */
export async function answerInProcess(request: Request): Promise<Response> {
  const address = new URL(request.url).pathname.split("/").filter(Boolean);
  for (const { file, segments } of routes) {
    const params = paramsOf(segments, address);
    if (!params) continue;
    const handlers = (await import(pathToFileURL(file).href)) as Record<string, Handler | undefined>;
    const handler = handlers[request.method];
    if (!handler) return new Response(null, { status: 405 });
    return (await handler(request, { params: Promise.resolve(params) })) as Response;
  }
  throw new Error(`${request.url} is no address of the API: ask a server for it`);
}

/** The dynamic segments of an address; null when it does not match. */
function paramsOf(segments: string[], address: string[]): Record<string, string | string[]> | null {
  const params: Record<string, string | string[]> = {};
  for (const [index, segment] of segments.entries()) {
    const [, optional, rest, name = ""] = /^\[(\[)?(\.\.\.)?(\w+)\]+$/.exec(segment) ?? [];
    const value = address[index];
    if (rest) {
      if (value === undefined && !optional) return null;
      return { ...params, [name]: address.slice(index).map(decodeURIComponent) };
    }
    if (value === undefined || (name === "" && value !== segment)) return null;
    if (name) params[name] = decodeURIComponent(value);
  }
  return address.length === segments.length ? params : null;
}
