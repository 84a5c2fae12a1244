import { randomBytes } from "node:crypto";
import { type LocalAnswer, type LocalRequest, type LocalServer, startLocalServer } from "./local-server";
import { decryptBytes, encryptBytes } from "./store-cipher";
import type { Trouble } from "./trouble";

/**
 * The part of Vault's transit engine the product uses, with key versions and real AES-256-GCM. Answers and
 * their wording follow Vault's; what it says about a refused request quotes the request, so that a test
 * detects whether it leaks.
 */
export interface LocalVault extends LocalServer {
  mount: string;
  keyName: string;
  token: string;
  /** Undefined takes requests without a namespace. */
  namespace: string | undefined;
  trouble: Trouble | "redirects" | "sealed" | null;
  /** Paths that were asked for, in order. */
  readonly paths: readonly string[];
  /** Earlier versions are no longer decrypted. */
  minDecryptionVersion: number;
}

const ERROR_OF: Partial<Record<string, [status: number, words: string]>> = {
  throttled: [429, 'request path "transit": rate limit quota exceeded'],
  "server-error": [500, "internal error"],
  sealed: [503, "Vault is sealed"],
  "no-permission": [403, "1 error occurred:\n\t* permission denied\n\n"],
  disabled: [400, "encryption key is soft deleted"],
  "pending-deletion": [400, "encryption key is soft deleted"],
};

export async function startLocalVault(mount = "transit"): Promise<LocalVault> {
  const versions = [randomBytes(32)];
  const paths: string[] = [];
  const server = await startLocalServer((request) => answer(request));
  const vault: LocalVault = {
    ...server,
    mount,
    keyName: `orchestral-${randomBytes(4).toString("hex")}`,
    token: `hvs.${randomBytes(30).toString("base64url")}`,
    namespace: undefined,
    trouble: null,
    paths,
    minDecryptionVersion: 1,
  };
  return vault;

  function answer(request: LocalRequest): LocalAnswer | null {
    paths.push(request.path);
    if (vault.trouble === "silent") return null;
    if (vault.trouble === "not-json") {
      return { status: 200, headers: { "content-type": "text/html" }, body: "<h1>Welcome</h1>" };
    }
    if (vault.trouble === "redirects") {
      return { status: 307, headers: { location: `${vault.origin}/elsewhere${request.path}` }, body: "" };
    }
    if (request.headers["x-vault-token"] !== vault.token) return errors(403, "permission denied", request);
    if (request.headers["x-vault-namespace"] !== vault.namespace) return errors(404, "", request);
    const error = ERROR_OF[vault.trouble ?? ""];
    if (error !== undefined) return errors(...error, request);

    const [, operation, keyName] =
      new RegExp(`^/v1/${mount}/(encrypt|decrypt|keys)/([^/]+)`).exec(request.path) ?? [];
    if (operation === undefined || request.method !== "POST")
      return errors(404, "no handler for route", request);
    if (keyName !== vault.keyName || vault.trouble === "not-found") {
      return errors(400, "encryption key not found", request);
    }
    if (operation === "keys") {
      if (!request.path.endsWith("/rotate")) return errors(404, "unsupported path", request);
      versions.push(randomBytes(32));
      return { status: 204, body: "" };
    }
    const body = JSON.parse(request.body) as Record<string, string>;
    const associated = vault.trouble === "ignores-context" ? "" : (body["associated_data"] ?? "");
    const additionalData = Buffer.from(associated, "base64");
    if (operation === "encrypt") {
      const version = versions.length;
      const [key = Buffer.alloc(0)] = versions.slice(-1);
      const sealed = encryptBytes(key, Buffer.from(body["plaintext"] ?? "", "base64"), additionalData);
      return data({ ciphertext: `vault:v${version}:${sealed.toString("base64")}`, key_version: version });
    }
    const [, version, sealed] = /^vault:v(\d+):(.*)$/.exec(body["ciphertext"] ?? "") ?? [];
    if (version === undefined || sealed === undefined)
      return errors(400, "invalid ciphertext: no prefix", request);
    const key = versions[Number(version) - 1];
    if (key === undefined) return errors(400, "invalid ciphertext: version is too new", request);
    if (Number(version) < vault.minDecryptionVersion) {
      return errors(400, "ciphertext or signature version is disallowed by policy (too old)", request);
    }
    const opened = decryptBytes(key, Buffer.from(sealed, "base64"), additionalData);
    if (opened === null) return errors(400, "cipher: message authentication failed", request);
    return data({
      plaintext: (vault.trouble === "other-bytes" ? randomBytes(32) : opened).toString("base64"),
    });
  }
}

function data(fields: Record<string, unknown>): LocalAnswer {
  return { status: 200, body: { request_id: "local", data: fields } };
}

function errors(status: number, words: string, request: LocalRequest): LocalAnswer {
  const quoted = `${request.body} ${JSON.stringify(request.headers)}`;
  return { status, body: { errors: words === "" ? [] : [words, quoted] } };
}
