import type { KeyManagementServiceClient } from "@google-cloud/kms";
import {
  DecryptionFailed,
  type EncryptionError,
  type KeyEncryptionKey,
  KeyStoreRefused,
  KeyStoreUnavailable,
  wrapAdditionalData,
} from "@/lib/encryption";
import { connectionCode } from "./connection-code";
import { crc32c } from "./crc32c";
import { keyInStore, notUnderstood, STORE_TIMEOUT_MS } from "./key-in-store";

export interface GcpKmsKey {
  id: string;
  /** projects/…/locations/…/keyRings/…/cryptoKeys/…, without a version: the key's primary one encrypts. */
  name: string;
  /** A server other than cloudkms.googleapis.com: its origin, "https://host:port". */
  endpoint?: string | undefined;
  timeoutMs?: number;
}

/** gRPC status codes that an operator has to act on. Google's messages are not passed on. */
const REFUSALS: ReadonlyMap<number, string> = new Map([
  [5, "there is no such key"], // NOT_FOUND
  [7, "no permission, or the API is not enabled"], // PERMISSION_DENIED
  [9, "the key is disabled or destroyed"], // FAILED_PRECONDITION
  [11, "HTTP 400"], // OUT_OF_RANGE
  [12, "HTTP 501"], // UNIMPLEMENTED
  [16, "the credentials are not valid"], // UNAUTHENTICATED
]);
const INVALID_ARGUMENT = 3;
const RESOURCE_EXHAUSTED = 8;

const SCOPE = "https://www.googleapis.com/auth/cloudkms";

/**
 * A symmetric key of Google Cloud KMS. Credentials are the application default credentials. Uses REST: one
 * HTTP request a call, through the same proxies as all other requests, and easy for the tests' local server
 * to answer.
 */
export function gcpKmsKey({ id, name, endpoint, timeoutMs = STORE_TIMEOUT_MS }: GcpKmsKey): KeyEncryptionKey {
  let client: KeyManagementServiceClient | undefined;

  /** Loaded on first use: installations without it do not pay for the SDK. */
  async function kms(): Promise<KeyManagementServiceClient> {
    const [{ KeyManagementServiceClient }, { GoogleAuth }] = await Promise.all([
      import("@google-cloud/kms"),
      import("google-auth-library"),
    ]);
    if (client !== undefined) return client;
    // The client's constructor looks up the credentials without catching errors, and an unhandled rejection
    // ends the process. So they are looked up here first, and the client finds them in `auth`.
    const auth = new GoogleAuth({ scopes: [SCOPE] });
    const { universeDomain } = await auth.getClient().catch(() => {
      throw new KeyStoreRefused(id, "no usable Google credentials were found");
    });
    client ??= new KeyManagementServiceClient({
      fallback: true,
      auth,
      universeDomain,
      ...addressOf(endpoint),
    });
    return client;
  }

  /** No retries: with the SDK's own, a call could take minutes. */
  const options = (signal: AbortSignal) => ({ timeout: timeoutMs, retry: null, signal });

  return keyInStore({
    id,
    name: "Google Cloud KMS",
    timeoutMs,

    async encrypt(dataKey, context, signal) {
      const plaintext = asBuffer(dataKey);
      const additionalAuthenticatedData = wrapAdditionalData(id, context);
      const [answer] = await (await kms()).encrypt(
        {
          name,
          plaintext,
          plaintextCrc32c: { value: crc32c(plaintext) },
          additionalAuthenticatedData,
          additionalAuthenticatedDataCrc32c: { value: crc32c(additionalAuthenticatedData) },
        },
        options(signal),
      );
      // The end-to-end checks of https://cloud.google.com/kms/docs/data-integrity-guidelines, in both
      // directions.
      const received = answer.verifiedPlaintextCrc32c && answer.verifiedAdditionalAuthenticatedDataCrc32c;
      const ciphertext = bytesOf(answer.ciphertext);
      if (!received || ciphertext === null || !matches(answer.ciphertextCrc32c, ciphertext)) {
        throw notUnderstood(id);
      }
      return ciphertext;
    },

    async decrypt(wrapped, context, signal) {
      const ciphertext = asBuffer(wrapped);
      const additionalAuthenticatedData = wrapAdditionalData(id, context);
      const [answer] = await (await kms()).decrypt(
        {
          name,
          ciphertext,
          ciphertextCrc32c: { value: crc32c(ciphertext) },
          additionalAuthenticatedData,
          additionalAuthenticatedDataCrc32c: { value: crc32c(additionalAuthenticatedData) },
        },
        options(signal),
      );
      const plaintext = bytesOf(answer.plaintext);
      if (plaintext === null || !matches(answer.plaintextCrc32c, plaintext)) throw notUnderstood(id);
      return plaintext;
    },

    failure: (error, operation) => failureOf(id, error, operation),
  });
}

function addressOf(endpoint: string | undefined) {
  if (endpoint === undefined) return {};
  const { hostname, port, protocol } = new URL(endpoint);
  return {
    apiEndpoint: hostname,
    port: Number(port) || (protocol === "http:" ? 80 : 443),
    protocol: protocol.slice(0, -1),
  };
}

/**
 * INVALID_ARGUMENT has four causes: a ciphertext that is not authentic, a request damaged in transit, a bad
 * request, and (HTTP 400 of the token endpoint) rejected credentials. Only Google's message tells them apart,
 * so a DecryptionFailed requires the text it uses for the first: "Decryption failed: ...".
 */
function failureOf(id: string, error: unknown, operation: "encrypt" | "decrypt"): EncryptionError {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === INVALID_ARGUMENT) {
    const message = error instanceof Error ? error.message : "";
    if (operation === "decrypt" && /^Decryption failed/i.test(message)) return new DecryptionFailed();
    return /checksum|crc32c/i.test(message)
      ? new KeyStoreUnavailable(id, "bytes were damaged on the way")
      : new KeyStoreRefused(id, "the request or the credentials are not taken, HTTP 400");
  }
  if (code === RESOURCE_EXHAUSTED) return new KeyStoreUnavailable(id, "throttled");
  if (typeof code === "number") {
    const refusal = REFUSALS.get(code);
    if (refusal !== undefined) return new KeyStoreRefused(id, refusal);
  }
  const reason = typeof code === "number" ? `gRPC status ${code}` : "no connection";
  return new KeyStoreUnavailable(id, connectionCode(error) ?? reason);
}

/**
 * The same bytes as a Buffer, not copied. Of any other view the SDK's serializer sends the start of the
 * underlying memory instead: other bytes, which may be another secret.
 */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

function bytesOf(value: Uint8Array | string | null | undefined): Uint8Array | null {
  if (value === null || value === undefined) return null;
  return typeof value === "string" ? Buffer.from(value, "base64") : value;
}

function matches(
  checksum: { value?: number | string | { toString(): string } | null } | null | undefined,
  bytes: Uint8Array,
): boolean {
  return String(checksum?.value ?? "") === String(crc32c(bytes));
}
