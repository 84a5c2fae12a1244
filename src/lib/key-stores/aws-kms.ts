import type { KMSClient } from "@aws-sdk/client-kms";
import {
  DecryptionFailed,
  type EncryptionError,
  type KeyEncryptionKey,
  KeyStoreRefused,
  KeyStoreUnavailable,
  wrapEncryptionContext,
} from "@/lib/encryption";
import { connectionCode } from "./connection-code";
import { keyInStore, notUnderstood, STORE_TIMEOUT_MS } from "./key-in-store";

export interface AwsKmsKey {
  id: string;
  /** The ARN of the key itself, not of an alias: an alias can be pointed at another key. */
  arn: string;
  timeoutMs?: number;
}

/** The first request and one retry, for momentary throttling. */
const ATTEMPTS = 2;

const NOT_AUTHENTIC: ReadonlySet<string> = new Set(["InvalidCiphertextException", "IncorrectKeyException"]);

/**
 * What an operator has to fix, by AWS error name; AWS's own messages quote requests, so they are not passed
 * on.
 */
const REFUSALS: ReadonlyMap<string, string> = new Map([
  ["DisabledException", "the key is disabled"],
  ["KMSInvalidStateException", "the key waits for deletion or is in another unusable state"],
  ["NotFoundException", "there is no such key"],
  ["InvalidArnException", "there is no such key"],
  ["InvalidKeyUsageException", "the key is not one for symmetric encryption"],
  ["AccessDeniedException", "no permission for kms:Encrypt or kms:Decrypt"],
  ["UnrecognizedClientException", "the credentials are not known"],
  ["InvalidClientTokenId", "the credentials are not known"],
  ["InvalidSignatureException", "the credentials are wrong"],
  ["SignatureDoesNotMatch", "the credentials are wrong"],
  ["IncompleteSignature", "the credentials are wrong"],
  ["MissingAuthenticationTokenException", "no credentials"],
  ["ExpiredTokenException", "the credentials have expired"],
  ["CredentialsProviderError", "no credentials found"],
  ["TokenProviderError", "no credentials found"],
]);

/** Throttled calls have status 400, so only their error name identifies them. */
const THROTTLED = /Throttl|TooManyRequests|RequestLimitExceeded|LimitExceeded|SlowDown/;

/**
 * A symmetric key of AWS KMS. Credentials come from the SDK's own chain (environment, profile, role of the
 * machine), the region from the ARN, and another endpoint from AWS_ENDPOINT_URL_KMS.
 */
export function awsKmsKey({ id, arn, timeoutMs = STORE_TIMEOUT_MS }: AwsKmsKey): KeyEncryptionKey {
  let client: KMSClient | undefined;

  /** Loaded on first use: installations without it do not pay for the SDK. */
  async function kms() {
    const { KMSClient, EncryptCommand, DecryptCommand } = await import("@aws-sdk/client-kms");
    client ??= new KMSClient({ region: arn.split(":")[3], maxAttempts: ATTEMPTS });
    return { client, EncryptCommand, DecryptCommand };
  }

  return keyInStore({
    id,
    name: "AWS KMS",
    timeoutMs,

    async encrypt(dataKey, context, abortSignal) {
      const { client, EncryptCommand } = await kms();
      const EncryptionContext = wrapEncryptionContext(id, context);
      const command = new EncryptCommand({ KeyId: arn, Plaintext: dataKey, EncryptionContext });
      const { CiphertextBlob } = await client.send(command, { abortSignal });
      if (CiphertextBlob === undefined) throw notUnderstood(id);
      return CiphertextBlob;
    },

    async decrypt(wrapped, context, abortSignal) {
      const { client, DecryptCommand } = await kms();
      const EncryptionContext = wrapEncryptionContext(id, context);
      // With KeyId, KMS refuses a blob of any other key that this account may use.
      const command = new DecryptCommand({ KeyId: arn, CiphertextBlob: wrapped, EncryptionContext });
      const { Plaintext } = await client.send(command, { abortSignal });
      if (Plaintext === undefined) throw notUnderstood(id);
      return Plaintext;
    },

    failure: (error) => failureOf(id, error),
  });
}

function failureOf(id: string, error: unknown): EncryptionError {
  const name = error instanceof Error ? error.name : "";
  if (NOT_AUTHENTIC.has(name)) return new DecryptionFailed();
  const refusal = REFUSALS.get(name);
  if (refusal !== undefined) return new KeyStoreRefused(id, refusal);
  if (THROTTLED.test(name)) return new KeyStoreUnavailable(id, "throttled");
  const status = statusOf(error);
  if (status === undefined) return new KeyStoreUnavailable(id, connectionCode(error) ?? "no connection");
  if (status < 300) return notUnderstood(id); // a good status, and the SDK could not read the rest
  return status < 500 && status !== 408 && status !== 429
    ? new KeyStoreRefused(id, `HTTP ${status}`)
    : new KeyStoreUnavailable(id, `HTTP ${status}`);
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("$metadata" in error)) return undefined;
  const { $metadata: metadata } = error;
  if (typeof metadata !== "object" || metadata === null || !("httpStatusCode" in metadata)) return undefined;
  return typeof metadata.httpStatusCode === "number" ? metadata.httpStatusCode : undefined;
}
