import { globSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { providerFactsSchema } from "@/contracts/provider";
import { PROVIDERS, providerById } from "./registry";

test("every folder is a provider, registered once under the folder's name", () => {
  const folders = globSync("*/adapter.ts", { cwd: import.meta.dirname }).map((file) => path.dirname(file));
  expect(PROVIDERS.map(({ facts }) => facts.id).toSorted()).toEqual(folders.toSorted());
});

test.each(PROVIDERS.map((adapter) => ({ id: adapter.facts.id, adapter })))(
  "$id: has displayable facts, a valid header, and an address or a field for one",
  ({ id, adapter }) => {
    expect(providerFactsSchema.omit({ canConnect: true }).parse(adapter.facts)).toEqual(adapter.facts);
    expect(adapter.keyHeader.name).toMatch(/^[a-z][a-z-]*$/);
    expect(adapter.defaultOrigin === null).toBe(adapter.facts.needsAddress);
    expect(adapter.defaultOrigin ?? "https://own").toMatch(/^https:\/\/[a-z.]+(\/[a-z]+)*$/);
    expect(providerById(id)).toBe(adapter);
  },
);

test.each(["acme", "constructor", ""])("'%s' is no provider", (id) => {
  expect(() => providerById(id)).toThrow(
    expect.objectContaining({
      code: "unknown_provider",
      message: expect.stringMatching(
        /^This provider is not known here\. Known are anthropic, openai, .+, and .+\.$/,
      ),
    }),
  );
});

test.each(PROVIDERS.map((adapter) => ({ id: adapter.facts.id, adapter })))(
  "$id: classifies any refusal, and never blames the key for a server error",
  ({ adapter }) => {
    const bodies = [
      null,
      "",
      "text",
      7,
      [],
      [[]],
      {},
      { error: null },
      { error: [] },
      { error: { type: {}, code: [], message: 7 } },
      { detail: null },
      { error: { message: "invalid api key", type: "authentication_error", code: "invalid_api_key" } },
    ];
    for (const body of bodies) {
      for (let status = 500; status < 600; status += 1) {
        expect(adapter.classifyRefusal({ status, body })).toMatch(/^provider_(error|overloaded|timeout)$/);
      }
      expect(adapter.classifyRefusal({ status: 429, body })).not.toBe("provider_key_invalid");
      expect(adapter.classifyRefusal({ status: 0, body })).toMatch(/^provider_/);
    }
  },
);
