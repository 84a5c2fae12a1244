import { afterAll, expect, test } from "vitest";
import { playWireCase } from "../wire-cases/play-wire-case";
import { wireCases } from "../wire-cases/wire-case";
import { startWireProvider } from "../wire-cases/wire-provider";
import { productWith } from "./support/product-with";

/** What providers really send, through the whole product: see tests/wire-cases/README.md. */

const HOST = "127.0.0.2";
const provider = await startWireProvider(HOST);
afterAll(() => provider.close());

productWith({
  ALLOWED_PRIVATE_ENDPOINTS: HOST,
  ANTHROPIC_BASE_URL: provider.url,
  GOOGLE_BASE_URL: provider.url,
  MISTRAL_BASE_URL: provider.url,
  OPENAI_BASE_URL: provider.url,
  OPENROUTER_BASE_URL: provider.url,
  // Ends a case that would wait for ever.
  PROVIDER_TIMEOUT_SECONDS: "10",
});

/** Known to go wrong. One that goes well has to leave the list. */
const NOT_YET: ReadonlySet<string> = new Set([
  "rounds-without-end",
  "length",
  "max-tokens",
  "another-word-for-length",
  "cut-inside-a-call",
  "cut-while-thinking",
  "arguments-null",
  "arguments-unclosed",
  "arguments-encoded-twice",
  "argument-of-another-type",
  "one-id-for-three-rounds",
  "one-id-for-three-rounds-anthropic",
  "thoughts-with-tool-calls",
  "roles-alternate",
  "more-than-500-parts",
  "403-invalid-key",
  "400-key-not-valid",
  "400-incorrect-key",
  "429-credits-used",
  "403-no-quota",
  "responses-only",
  "reset-in-the-body",
  "public-list-incorrect-key",
  "list-of-another-form",
  "ends-in-chat-completions",
  "version-twice",
  "entries-without-id",
  "plain-text-with-bom",
  "odd-ids",
  "openrouter-price-missing",
  "edit-lines-of-a-crlf-file",
  "one-name-in-two-forms",
  "file-and-folder",
  "find-in-a-long-line",
]);

const cases = wireCases();

test("the list of what goes wrong names cases", () => {
  const ids = new Set(cases.map(({ id }) => id));
  expect([...NOT_YET].filter((id) => !ids.has(id))).toEqual([]);
});

test.concurrent.for(cases.map((each) => [each.kind, each.id, each] as const))(
  "%s: %s",
  async ([, id, wireCase], { expect }) => {
    const failure = await playWireCase(wireCase, provider).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (failure !== null && !NOT_YET.has(id)) throw failure;
    expect({ id, fails: failure !== null }).toEqual({ id, fails: NOT_YET.has(id) });
  },
);
