import { randomBytes, randomUUID } from "node:crypto";
import { signatureProblem } from "./aws-signature";
import { type LocalAnswer, type LocalRequest, type LocalServer, startLocalServer } from "./local-server";
import { decryptBytes, encryptBytes } from "./store-cipher";
import type { Trouble } from "./trouble";

/**
 * The part of AWS KMS the product uses: JSON 1.1 over HTTP with Encrypt, Decrypt and DescribeKey, real
 * AES-256-GCM with the encryption context as additional data, and signatures that are verified. Its error
 * texts quote the request, as careless ones would, so that a test detects whether they leak.
 */
export interface LocalAwsKms extends LocalServer {
  /** ARN of the first key. */
  arn: string;
  accessKeyId: string;
  secretAccessKey: string;
  trouble: Trouble | null;
  /** Names of the operations that were asked for, in order. */
  readonly operations: readonly string[];
  /** @returns the ARN of another key */
  createKey(): string;
  /** New material for a key; ciphertexts of the old material still decrypt, as with KMS's own rotation. */
  rotate(arn: string): void;
}

const ERROR_OF: Partial<Record<Trouble, [status: number, name: string]>> = {
  throttled: [400, "ThrottlingException"],
  "server-error": [500, "KMSInternalException"],
  disabled: [400, "DisabledException"],
  "pending-deletion": [400, "KMSInvalidStateException"],
  "no-permission": [400, "AccessDeniedException"],
  "not-found": [400, "NotFoundException"],
};

export async function startLocalAwsKms(): Promise<LocalAwsKms> {
  const keys = new Map<string, Buffer[]>();
  const operations: string[] = [];
  const createKey = () => {
    const arn = `arn:aws:kms:eu-central-1:111122223333:key/${randomUUID()}`;
    keys.set(arn, [randomBytes(32)]);
    return arn;
  };
  const server = await startLocalServer((request) => answer(request));
  const kms: LocalAwsKms = {
    ...server,
    arn: createKey(),
    accessKeyId: `AKIA${randomBytes(8).toString("hex").toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString("base64"),
    trouble: null,
    operations,
    createKey,
    rotate: (arn) => keys.get(arn)?.push(randomBytes(32)),
  };
  return kms;

  function answer(request: LocalRequest): LocalAnswer | null {
    const operation = /^TrentService\.(\w+)$/.exec(String(request.headers["x-amz-target"]))?.[1] ?? "";
    operations.push(operation);
    if (kms.trouble === "silent") return null;
    const signature = signatureProblem(request, kms);
    if (signature !== null) return failure(400, signature, request);
    if (kms.trouble === "not-json") {
      return { status: 200, headers: { "content-type": "text/html" }, body: "<h1>Welcome</h1>" };
    }
    const error = kms.trouble === null ? undefined : ERROR_OF[kms.trouble];
    if (error !== undefined) return failure(...error, request);

    const body = JSON.parse(request.body) as Record<string, unknown>;
    const arn = String(body["KeyId"]);
    const versions = keys.get(arn);
    if (versions === undefined) return failure(400, "NotFoundException", request);
    const context = kms.trouble === "ignores-context" ? "" : canonicalContext(body["EncryptionContext"]);
    switch (operation) {
      case "DescribeKey":
        return { status: 200, body: { KeyMetadata: { Arn: arn, Enabled: true, KeyState: "Enabled" } } };
      case "Encrypt": {
        const header = Buffer.from(`${arn} ${versions.length - 1} `);
        const [key = Buffer.alloc(0)] = versions.slice(-1);
        const sealed = encryptBytes(
          key,
          base64(body["Plaintext"]),
          Buffer.concat([header, Buffer.from(context)]),
        );
        const blob = Buffer.concat([Buffer.of(header.length), header, sealed]);
        return { status: 200, body: { KeyId: arn, CiphertextBlob: blob.toString("base64") } };
      }
      case "Decrypt": {
        const opened = decrypt(arn, base64(body["CiphertextBlob"]), context);
        if (typeof opened === "string") return failure(400, opened, request);
        const plaintext = kms.trouble === "other-bytes" ? randomBytes(32) : opened;
        return { status: 200, body: { KeyId: arn, Plaintext: plaintext.toString("base64") } };
      }
      default:
        return failure(400, "UnknownOperationException", request);
    }
  }

  /** @returns the plaintext, or the name of an error */
  function decrypt(arn: string, blob: Buffer, context: string): Buffer | string {
    const header = blob.subarray(1, 1 + (blob[0] ?? 0));
    const [madeWith = "", version = ""] = header.toString("utf8").split(" ");
    const key = keys.get(madeWith)?.[Number(version)];
    if (key === undefined) return "InvalidCiphertextException";
    if (madeWith !== arn) return "IncorrectKeyException";
    const sealed = blob.subarray(1 + header.length);
    const additionalData = Buffer.concat([header, Buffer.from(context)]);
    return decryptBytes(key, sealed, additionalData) ?? "InvalidCiphertextException";
  }
}

function failure(status: number, name: string, request: LocalRequest): LocalAnswer {
  const message = `${name}: ${request.body} ${JSON.stringify(request.headers)}`;
  return { status, headers: { "x-amzn-errortype": name }, body: { __type: name, message } };
}

/** The pairs, sorted: KMS ignores their order. */
function canonicalContext(context: unknown): string {
  return JSON.stringify(Object.entries(context ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function base64(value: unknown): Buffer {
  return Buffer.from(String(value), "base64");
}
