import { expect, test } from "vitest";
import { keyLabel } from "@/domain/keys/key-label";
import { PROVIDERS } from "@/domain/providers/registry";
import { givenName, payerWords } from "./payer-words";

const own = { keyProvider: "personal", aiProvider: "anthropic", keyLabel: "Work", last4: "abcd" } as const;

test("the platform's key has no name and no ending", () => {
  expect(payerWords({ ...own, keyProvider: "platform" })).toBe("platform key");
});

test("a personal key is identified by its name and its last four characters", () => {
  expect(payerWords(own)).toBe("your key Work ···abcd");
  expect(payerWords(own, "personal")).toBe("personal key Work ···abcd");
  expect(payerWords({ ...own, keyLabel: null })).toBe("your key ···abcd");
  expect(payerWords({ ...own, keyLabel: null, last4: null })).toBe("your key");
});

test("an endpoint that asks for no key is called an endpoint", () => {
  expect(payerWords({ ...own, aiProvider: "openai-compatible", keyLabel: "Ollama", last4: "" })).toBe(
    "your endpoint Ollama",
  );
});

test.each(PROVIDERS.map(({ facts }) => facts.id))(
  "a %s key with the default label has no name",
  (provider) => {
    const label = keyLabel({ label: "", provider, last4: "abcd" });
    expect(givenName({ aiProvider: provider, keyLabel: label })).toBeNull();
  },
);

test("an endpoint without a key and with the default label has no name, and is not called a key", () => {
  const aiProvider = "openai-compatible";
  const label = keyLabel({ label: "", provider: aiProvider, last4: "" });
  expect(label).not.toMatch(/key/i);
  expect(givenName({ aiProvider, keyLabel: label })).toBeNull();
});

test.each(["Work", "Work key", "Anthropic", "My Anthropic key"])("“%s” is a custom name", (label) => {
  expect(givenName({ aiProvider: "anthropic", keyLabel: label })).toBe(label);
});
