import { randomBytes } from "node:crypto";
import { assert } from "vitest";
import type { SealContext } from "./context";
import { EncryptionError, type EncryptionErrorCode } from "./errors";
import { KeyRing, ringKey } from "./key-ring";
import { parseKeyRing } from "./parse-key-ring";

/** As long as an Anthropic key, and unlike anything else in a test run. */
export const SECRET =
  "sk-ant-api03-CanaryQ7vT2mXw9LrKp4ZsNb8Hd3FyGc6JtUe1RaViOoPqWlDkEhBxMzSnYgCfAu5I0j-_canaryQ7vT2mXw9LrKp4Zs-AA";

export const CONTEXT: SealContext = {
  table: "user_ai_api_keys",
  column: "api_key",
  owner: "5f0c1d5e-5a53-4c0b-9d0e-2f6a6f1f7a11",
  purpose: "anthropic",
};

/** Random keys, one per id for the whole run: "k1" in one ring is "k1" in another. */
const hexKeys = new Map<string, string>();

export function hexKey(id: string): string {
  const hex = hexKeys.get(id) ?? randomBytes(32).toString("hex");
  hexKeys.set(id, hex);
  return hex;
}

/** A ring of the keys with these ids, current first, read the way the product reads it. */
export function ringOf(...ids: string[]): KeyRing {
  return parseKeyRing({ ENCRYPTION_KEYS: ids.map((id) => `${id}:${hexKey(id)}`).join(",") });
}

/**
 * A ring of the given keys, without the check for weak ones: the frozen vectors use keys that must never be
 * used.
 */
export function ringOfVectorKeys(ids: readonly string[], keys: Readonly<Record<string, string>>): KeyRing {
  return new KeyRing(ids.map((id) => ringKey(id, Buffer.from(keys[id] ?? "", "hex"))));
}

/** The error an attempt ends with. An attempt that returns anything fails the test: nothing may be opened. */
export function refusal(attempt: () => unknown): EncryptionError {
  let thrown: unknown = null;
  try {
    attempt();
  } catch (error) {
    thrown = error;
  }
  assert(thrown instanceof EncryptionError, `expected a refusal, got ${String(thrown)}`);
  return thrown;
}

/** Class and code in one line, so that a test cannot pass with the right class and a wrong code. */
export function refusedAs(attempt: () => unknown): `${string}:${EncryptionErrorCode}` {
  const error = refusal(attempt);
  return `${error.constructor.name}:${error.code}`;
}

export const MALFORMED = "SealedValueMalformed:sealed_value_malformed";
export const FAILED = "DecryptionFailed:decryption_failed";
export const UNKNOWN_KEY = "UnknownKeyError:encryption_key_unknown";
export const BAD_PLAINTEXT = "InvalidPlaintext:plaintext_invalid";
export const BAD_CONTEXT = "InvalidSealContext:seal_context_invalid";
export const BAD_CONFIG = "EncryptionConfigError:encryption_config_invalid";
