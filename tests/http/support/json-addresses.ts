import { inject } from "vitest";
import type { HttpAnswer, HttpPerson } from "../../support/http-person";
import { userMessage } from "../../support/http-person";
import { type RouteIds, routeTable } from "./api-routes";

/** An address that takes a JSON body, with a body it accepts. */
export interface JsonAddress {
  name: string;
  method: string;
  pathFor: (ids: RouteIds) => string;
  bodyFor: (ids: RouteIds) => Record<string, unknown>;
  /** Fields of the body that may be left out. */
  optional: readonly string[];
}

/** The addresses of the JSON API and the agent's. */
export const jsonAddresses: readonly JsonAddress[] = [
  ...routeTable()
    .filter(({ call }) => call({ projectId: "", threadId: "" }).body)
    .map(({ name, method, call }) => ({
      name,
      method,
      pathFor: (ids: RouteIds) => call(ids).path,
      bodyFor: (ids: RouteIds) => call(ids).body ?? {},
      optional: call({ projectId: "", threadId: "" }).optional ?? [],
    })),
  {
    name: "POST /api/mastra/codegen",
    method: "POST",
    pathFor: (ids) => codegenPath(ids),
    bodyFor: ({ threadId }) => ({ messages: [userMessage("say: hello")], threadId }),
    optional: ["threadId"],
  },
];

/** A personal key pays by default, so that the journal shows by key whether anything was sent. */
export function codegenPath({ projectId }: RouteIds, query: Record<string, string> = {}): string {
  const search = { projectId, model: "claude-haiku-4-5", keyProvider: "personal", ...query };
  return `/api/mastra/codegen?${new URLSearchParams(search)}`;
}

/** The accounts' endpoints that take a body; their library parses it by its own rules. */
export const authEndpoints = [
  "sign-up/email",
  "sign-in/email",
  "update-user",
  "change-password",
  "delete-user",
  "revoke-session",
] as const;

/** A call with session cookie and bearer token, which every route accepts. */
export function callAs(
  person: HttpPerson,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<HttpAnswer> {
  return person.call(method, path, body, { authorization: `Bearer ${person.token}`, ...headers });
}

/** A body sent in pieces, without a content-length that would announce its size. */
export async function sendInPieces(
  person: HttpPerson,
  method: string,
  path: string,
  body: string,
): Promise<Response> {
  const init: RequestInit & { duplex: "half" } = {
    method,
    duplex: "half",
    headers: {
      origin: inject("appUrl"),
      cookie: person.cookie,
      authorization: `Bearer ${person.token}`,
      "content-type": "application/json",
    },
    body: new Blob([body]).stream(),
  };
  return fetch(inject("appUrl") + path, init);
}
