import {
  type DataKeyContext,
  DecryptionFailed,
  type KeyEncryptionKey,
  KeyStoreRefused,
  KeyStoreUnavailable,
  wrapAdditionalData,
} from "@/lib/encryption";
import { connectionCode } from "./connection-code";
import { keyInStore, notUnderstood, STORE_TIMEOUT_MS } from "./key-in-store";

export interface VaultTransitKey {
  id: string;
  /** Address of the server, without a path: "https://vault.example.com:8200". */
  origin: string;
  /** Path of the transit engine, "transit" by default. */
  mount: string;
  /**
   * Name of the key: of a type that authenticates additional data (aes256-gcm96, chacha20-poly1305), not
   * derived.
   */
  keyName: string;
  /** If undefined, none is sent: for an agent on this machine that adds its own. */
  token: string | undefined;
  namespace?: string | undefined;
  timeoutMs?: number;
}

/**
 * The only form Vault and OpenBao write. They accept others as equivalent; refusing those keeps one text for
 * one key.
 */
const CIPHERTEXT = /^vault:v[1-9][0-9]{0,8}:(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** A key of the transit engine of HashiCorp Vault or OpenBao, over its HTTP API. */
export function vaultTransitKey(key: VaultTransitKey): KeyEncryptionKey {
  const { id, token, namespace } = key;

  async function ask(
    operation: "encrypt" | "decrypt",
    body: Record<string, string>,
    signal: AbortSignal,
  ): Promise<unknown> {
    const response = await fetch(`${key.origin}/v1/${key.mount}/${operation}/${key.keyName}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-vault-request": "true", // an agent may insist on it, against requests forged by a browser
        ...(token === undefined ? {} : { "x-vault-token": token }),
        ...(namespace === undefined ? {} : { "x-vault-namespace": namespace }),
      },
      body: JSON.stringify(body),
      redirect: "manual", // never followed: it would take the data key to another host
      signal,
    });
    const answer = parseJson(await response.text());
    if (response.status === 200) return field(answer, "data");
    throw failureOf(id, response.status, operation, field(answer, "errors"));
  }

  return keyInStore({
    id,
    name: "Vault transit",
    timeoutMs: key.timeoutMs ?? STORE_TIMEOUT_MS,

    async encrypt(dataKey, context, signal) {
      const plaintext = base64(dataKey);
      const data = await ask("encrypt", { plaintext, ...associatedData(id, context) }, signal);
      const ciphertext = field(data, "ciphertext");
      if (typeof ciphertext !== "string" || !CIPHERTEXT.test(ciphertext)) throw notUnderstood(id);
      return Buffer.from(ciphertext);
    },

    async decrypt(wrapped, context, signal) {
      const ciphertext = Buffer.from(wrapped).toString("latin1");
      if (!CIPHERTEXT.test(ciphertext)) throw new DecryptionFailed();
      const data = await ask("decrypt", { ciphertext, ...associatedData(id, context) }, signal);
      const plaintext = field(data, "plaintext");
      if (typeof plaintext !== "string") throw notUnderstood(id);
      return Buffer.from(plaintext, "base64");
    },

    failure: (error) => new KeyStoreUnavailable(id, connectionCode(error) ?? "no connection"),
  });
}

function associatedData(id: string, context: DataKeyContext): { associated_data: string } {
  return { associated_data: base64(wrapAdditionalData(id, context)) };
}

/**
 * Vault answers 400 to most errors and distinguishes them only by message. Only the messages for a ciphertext
 * that is not authentic become a DecryptionFailed; anything else is left to the operator.
 */
function failureOf(
  id: string,
  status: number,
  operation: "encrypt" | "decrypt",
  errors: unknown,
): DecryptionFailed | KeyStoreRefused | KeyStoreUnavailable {
  const said = Array.isArray(errors) ? errors.join("\n") : "";
  if (status === 400 && operation === "decrypt") {
    if (/^invalid ciphertext|message authentication failed/m.test(said)) return new DecryptionFailed();
    if (/disallowed by policy \(too old\)/.test(said)) {
      return new KeyStoreRefused(id, "the version of the key is below its min_decryption_version");
    }
  }
  if (status === 404 || (status === 400 && /key not found/.test(said))) {
    return new KeyStoreRefused(id, "there is no such key, engine or namespace");
  }
  if (status === 403) return new KeyStoreRefused(id, "the token is not valid or lacks the permission");
  if (status >= 300 && status < 400) return new KeyStoreRefused(id, `it redirects, HTTP ${status}`);
  // 412: a replica has not caught up; 429: throttled, or a standby; 472 and 473: a standby (Vault's health
  // codes).
  if (status >= 500 || [408, 412, 429, 472, 473].includes(status)) {
    return new KeyStoreUnavailable(id, status === 503 ? "sealed or overloaded, HTTP 503" : `HTTP ${status}`);
  }
  return new KeyStoreRefused(id, `HTTP ${status}`);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && name in value
    ? (value as Record<string, unknown>)[name] // narrowed by the two checks in front of it
    : undefined;
}
