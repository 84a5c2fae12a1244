import { expect, test } from "vitest";
import { PROVIDERS } from "../registry";
import { failureOfResponse } from "./failure-of-response";

const PAGE =
  "<!DOCTYPE html><html><title>Attention Required!</title><h1>Sorry, you have been blocked</h1></html>";

const adapters = PROVIDERS.map((adapter) => ({ id: adapter.facts.id, classify: adapter.classifyRefusal }));

test.each(adapters.flatMap((adapter) => [401, 402, 403, 404, 407].map((status) => ({ ...adapter, status }))))(
  "$id: an HTML page with $status says nothing about the key",
  async ({ classify, status }) => {
    for (const [body, type] of [
      [PAGE, "text/html"],
      [`\uFEFF\r\n${PAGE}`, "text/plain"],
      ['<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "application/xml"],
      ["Blocked by the firewall.", "text/html; charset=utf-8"],
    ] as const) {
      const failure = await failureOfResponse(
        new Response(body, { status, headers: { "content-type": type } }),
        classify,
      );
      expect(failure).toMatchObject({ code: "provider_bad_response", status });
    }
  },
);

test.each(
  adapters.flatMap((adapter) =>
    (
      [
        [401, "provider_key_invalid"],
        [403, "provider_key_forbidden"],
      ] as const
    ).map(([status, code]) => ({ ...adapter, status, code })),
  ),
)("$id: $status without a body, in plain words or as JSON is $code", async ({ classify, status, code }) => {
  for (const [body, type] of [
    ["", "text/html"],
    ["Denied", "text/plain"],
    ['{"message":"Denied"}', "text/html"],
  ] as const) {
    const failure = await failureOfResponse(
      new Response(body, { status, headers: { "content-type": type } }),
      classify,
    );
    expect(failure.code).toBe(code);
  }
});

test.each(adapters)(
  "$id: an HTML page with a rate limit or server error keeps its meaning",
  async ({ classify }) => {
    const codes = [429, 502, 503].map(
      async (status) => (await failureOfResponse(new Response(PAGE, { status }), classify)).code,
    );
    expect(await Promise.all(codes)).toEqual([
      "provider_rate_limited",
      "provider_error",
      "provider_overloaded",
    ]);
  },
);
