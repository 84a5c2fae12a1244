import { once } from "node:events";
import http from "node:http";
import type { MessagesRequest } from "./dialects/anthropic/messages-request";
import type { ProviderStandIn } from "./provider-stand-in";

export interface RawAnswer {
  status: number;
  headers: http.IncomingHttpHeaders;
  text: string;
  /** Whether the server broke the connection before the answer ended. */
  broken: boolean;
}

/** One request by node:http, with nothing between the test and the wire. */
export async function rawRequest(
  standIn: Pick<ProviderStandIn, "url">,
  key: string | undefined,
  { method = "POST", path = "/v1/messages", body }: { method?: string; path?: string; body?: unknown } = {},
): Promise<RawAnswer> {
  const request = http.request(`${standIn.url}${path}`, {
    method,
    agent: false,
    headers: {
      "content-type": "application/json",
      "anthropic-version": "2023-06-01",
      ...(key === undefined ? {} : { "x-api-key": key }),
    },
  });
  request.end(body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body));
  const response: http.IncomingMessage = (await once(request, "response"))[0];
  let text = "";
  let broken = false;
  try {
    for await (const chunk of response.setEncoding("utf8")) text += chunk;
  } catch {
    broken = true;
  }
  return { status: response.statusCode ?? 0, headers: response.headers, text, broken };
}

/** A message request with one user text. */
export function messageSaying(text: string, more: Partial<MessagesRequest> = {}) {
  return {
    model: "claude-haiku-4-5",
    max_tokens: 4096,
    messages: [{ role: "user", content: text }],
    ...more,
  };
}

/** The events of a server-sent event stream, in order. */
export function eventsOf(stream: string): { type: string; [field: string]: unknown }[] {
  return stream
    .split("\n\n")
    .flatMap((event) => /^data: (.*)$/m.exec(event)?.[1] ?? [])
    .map((data) => JSON.parse(data));
}
