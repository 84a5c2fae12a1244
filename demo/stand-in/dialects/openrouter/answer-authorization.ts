import type { ServerResponse } from "node:http";
import type { Refusal } from "../../failure";
import { parsedJson } from "../../json";
import { type Authorizations, authorizationRequest } from "./authorizations";
import { consentPage, invalidRequestPage } from "./consent-page";

const PAGE = "/auth";
const EXCHANGE = "/api/v1/auth/keys";

/** Whether a path (without its query) belongs to connecting an account. These need no key: they issue one. */
export function isAuthorizationPath(path: string): boolean {
  return path === PAGE || path === EXCHANGE;
}

/** Shows the page, handles its form, or exchanges a code. @returns the response status */
export function answerAuthorization(
  authorizations: Authorizations,
  { method, path }: { method: string; path: string },
  body: Buffer,
  response: ServerResponse,
): number {
  const url = new URL(path, "http://localhost");
  if (url.pathname === PAGE) {
    return answerPage(authorizations, method, url.searchParams, body, response);
  }
  const { status, body: payload }: Refusal =
    method === "POST"
      ? authorizations.exchange(parsedJson(body.toString("utf8")))
      : { status: 405, body: { error: { code: 405, message: "Method Not Allowed" } } };
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(payload));
  return status;
}

function answerPage(
  authorizations: Authorizations,
  method: string,
  parameters: URLSearchParams,
  body: Buffer,
  response: ServerResponse,
): number {
  const request = authorizationRequest(parameters);
  if (request && method === "POST") {
    const isGranted = new URLSearchParams(body.toString("utf8")).get("decision") === "authorize";
    const location = isGranted ? authorizations.grant(request) : authorizations.deny(request);
    response.writeHead(303, { location }).end();
    return 303;
  }
  const status = request ? 200 : 400;
  response.writeHead(status, { "content-type": "text/html; charset=utf-8" });
  response.end(request ? consentPage(request) : invalidRequestPage());
  return status;
}
