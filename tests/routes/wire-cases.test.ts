import { afterAll, test } from "vitest";
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

test.concurrent.for(wireCases().map((each) => [each.kind, each.id, each] as const))(
  "%s: %s",
  async ([, , wireCase], { expect }) => {
    await expect(playWireCase(wireCase, provider)).resolves.toBeUndefined();
  },
);
