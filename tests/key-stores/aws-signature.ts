import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { LocalRequest } from "./local-server";

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=(?<accessKeyId>[^/]+)\/(?<scope>[^,]+), SignedHeaders=(?<signed>[^,]+), Signature=(?<signature>[0-9a-f]{64})$/;

/**
 * Verifies a request's AWS Signature Version 4 by its public description, sharing no code with the SDK.
 *
 * @returns the name of the error AWS would answer with, or null
 */
export function signatureProblem(
  { method, path, headers, body }: LocalRequest,
  known: { accessKeyId: string; secretAccessKey: string },
): string | null {
  const parts = AUTHORIZATION.exec(headers.authorization ?? "")?.groups;
  if (parts === undefined) return "MissingAuthenticationTokenException";
  const { accessKeyId, scope = "", signed = "", signature = "" } = parts;
  if (accessKeyId !== known.accessKeyId) return "UnrecognizedClientException";
  const canonical = [
    method,
    path,
    "",
    ...signed.split(";").map((name) => `${name}:${String(headers[name]).trim()}`),
    "",
    signed,
    sha256(body),
  ].join("\n");
  const toSign = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, sha256(canonical)].join("\n");
  const key = scope
    .split("/")
    .reduce<Buffer>((secret, part) => hmac(secret, part), Buffer.from(`AWS4${known.secretAccessKey}`));
  return timingSafeEqual(hmac(key, toSign), Buffer.from(signature, "hex"))
    ? null
    : "InvalidSignatureException";
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
