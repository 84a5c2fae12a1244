import { createVerify, generateKeyPairSync, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { crc32 } from "./castagnoli";
import { type LocalAnswer, type LocalRequest, type LocalServer, startLocalServer } from "./local-server";
import { decryptBytes, encryptBytes } from "./store-cipher";
import type { Trouble } from "./trouble";

/**
 * The part of Google Cloud KMS the product uses: REST with `:encrypt` and `:decrypt`, real AES-256-GCM, the
 * CRC-32C fields in both directions, and a service account whose signed tokens are verified. Its error texts
 * quote the request, so that a test detects whether they leak.
 */
export interface LocalGcpKms extends LocalServer {
  /** Resource name of the key. */
  name: string;
  trouble:
    | Trouble
    | "wrong-answer-crc"
    | "not-verified" // does not say that the request's checksums were looked at
    | "damaged-request" // sees other bytes than were sent
    | null;
  /** Paths that were asked for, in order. */
  readonly paths: readonly string[];
  /**
   * Writes a credentials file for GOOGLE_APPLICATION_CREDENTIALS. Tokens of `strangers` are signed with a key
   * that is not known; `federated` ones have to be fetched from a token endpoint that refuses to give any.
   */
  writeCredentials(file: string, kind?: "known" | "strangers" | "federated"): void;
  /** The account's private key in PEM, as a secret to look for. */
  readonly privateKey: string;
  rotate(): void;
}

const ERROR_OF: Partial<Record<string, [status: number, name: string]>> = {
  throttled: [429, "RESOURCE_EXHAUSTED"],
  "server-error": [503, "UNAVAILABLE"],
  disabled: [400, "FAILED_PRECONDITION"],
  "pending-deletion": [400, "FAILED_PRECONDITION"],
  "no-permission": [403, "PERMISSION_DENIED"],
  "not-found": [404, "NOT_FOUND"],
};

const EMAIL = "orchestral@example.iam.gserviceaccount.com";

export async function startLocalGcpKms(): Promise<LocalGcpKms> {
  const name = `projects/example/locations/europe-west1/keyRings/orchestral/cryptoKeys/kek-${randomBytes(4).toString("hex")}`;
  const versions = [randomBytes(32)];
  const paths: string[] = [];
  const account = rsaKeys();
  const stranger = rsaKeys();
  const server = await startLocalServer((request) => answer(request));
  const kms: LocalGcpKms = {
    ...server,
    name,
    trouble: null,
    paths,
    privateKey: account.privateKey,
    rotate: () => versions.push(randomBytes(32)),
    writeCredentials(file, kind = "known") {
      if (kind === "federated") {
        writeFileSync(file, JSON.stringify(federatedCredentials(server.origin, file)), { mode: 0o600 });
        return;
      }
      const { privateKey } = kind === "known" ? account : stranger;
      const credentials = {
        type: "service_account",
        project_id: "example",
        private_key_id: "local",
        private_key: privateKey,
        client_email: EMAIL,
        client_id: "1",
        token_uri: `${server.origin}/token`,
      };
      writeFileSync(file, JSON.stringify(credentials), { mode: 0o600 });
    },
  };
  return kms;

  function answer(request: LocalRequest): LocalAnswer | null {
    const path = decodeURIComponent(request.path.split("?")[0] ?? "");
    paths.push(path);
    if (kms.trouble === "silent") return null;
    if (path === "/token")
      return { status: 400, body: { error: "invalid_grant", error_description: request.body } };
    if (!isSignedBy(account.publicKey, request.headers.authorization)) {
      return failure(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.", request);
    }
    if (kms.trouble === "not-json") {
      return { status: 200, headers: { "content-type": "text/html" }, body: "<h1>Welcome</h1>" };
    }
    const error = ERROR_OF[kms.trouble ?? ""];
    if (error !== undefined) return failure(...error, "", request);
    const [, keyName, operation] = /^\/v1\/(.+):(encrypt|decrypt)$/.exec(path) ?? [];
    if (keyName !== name) return failure(404, "NOT_FOUND", `CryptoKey ${keyName} not found.`, request);

    const body = JSON.parse(request.body) as Record<string, string>;
    const additionalData = bytes(body["additionalAuthenticatedData"]);
    const input = bytes(body[operation === "encrypt" ? "plaintext" : "ciphertext"]);
    if (kms.trouble === "damaged-request") input[0] = (input[0] ?? 0) ^ 1;
    const claimed = body[operation === "encrypt" ? "plaintextCrc32c" : "ciphertextCrc32c"];
    const additionalClaimed = body["additionalAuthenticatedDataCrc32c"];
    if (claimed !== String(crc32(input)) || additionalClaimed !== String(crc32(additionalData))) {
      return failure(
        400,
        "INVALID_ARGUMENT",
        "The checksum in field crc32c did not match the data.",
        request,
      );
    }
    const context = kms.trouble === "ignores-context" ? Buffer.alloc(0) : additionalData;
    return operation === "encrypt" ? encrypt(input, context) : decrypt(input, context, request);
  }

  function encrypt(plaintext: Buffer, context: Buffer): LocalAnswer {
    const version = versions.length;
    const [key = Buffer.alloc(0)] = versions.slice(-1);
    const ciphertext = Buffer.concat([Buffer.of(version), encryptBytes(key, plaintext, context)]);
    const verified = kms.trouble !== "not-verified";
    return {
      status: 200,
      body: {
        name: `${name}/cryptoKeyVersions/${version}`,
        ciphertext: ciphertext.toString("base64"),
        ciphertextCrc32c: checksum(ciphertext),
        verifiedPlaintextCrc32c: verified,
        verifiedAdditionalAuthenticatedDataCrc32c: verified,
        protectionLevel: 1,
      },
    };
  }

  function decrypt(ciphertext: Buffer, context: Buffer, request: LocalRequest): LocalAnswer {
    const key = versions[(ciphertext[0] ?? 0) - 1];
    const opened = key === undefined ? null : decryptBytes(key, ciphertext.subarray(1), context);
    if (opened === null) {
      const message = "Decryption failed: verify that 'name' refers to the correct CryptoKey.";
      return failure(400, "INVALID_ARGUMENT", message, request);
    }
    const plaintext = kms.trouble === "other-bytes" ? randomBytes(32) : opened;
    return {
      status: 200,
      body: {
        plaintext: plaintext.toString("base64"),
        plaintextCrc32c: checksum(plaintext),
        usedPrimary: true,
        protectionLevel: 1,
      },
    };
  }

  function checksum(data: Buffer): string {
    return String(kms.trouble === "wrong-answer-crc" ? crc32(data) ^ 1 : crc32(data));
  }
}

/** Workload identity federation: the file itself serves as the token to exchange. */
function federatedCredentials(origin: string, file: string) {
  return {
    type: "external_account",
    audience:
      "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/example/providers/example",
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    token_url: `${origin}/token`,
    credential_source: { file },
  };
}

function rsaKeys(): { publicKey: string; privateKey: string } {
  return generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
}

/** A token the account signed itself, as Google's libraries send them (RS256, RFC 7515). */
function isSignedBy(publicKey: string, authorization: string | undefined): boolean {
  const [, header = "", claims = "", signature = ""] =
    /^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(authorization ?? "") ?? [];
  if (signature === "") return false;
  const { iss, exp } = JSON.parse(Buffer.from(claims, "base64url").toString("utf8")) as Record<
    string,
    unknown
  >;
  const valid = createVerify("sha256")
    .update(`${header}.${claims}`)
    .verify(publicKey, Buffer.from(signature, "base64url"));
  return valid && iss === EMAIL && Number(exp) * 1000 > Date.now();
}

function failure(code: number, status: string, message: string, request: LocalRequest): LocalAnswer {
  const quoted = `${message} ${status} ${request.body} ${JSON.stringify(request.headers)}`;
  return { status: code, body: { error: { code, status, message: quoted } } };
}

function bytes(text: string | undefined): Buffer {
  return Buffer.from(text ?? "", "base64");
}
