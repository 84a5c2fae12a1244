import { describe, expect, test } from "vitest";
import { type SourceFile, sourceFiles } from "./source-files";

const files = [...sourceFiles("src"), ...sourceFiles("scripts")];

function importersOf(target: RegExp): string[] {
  return files.filter((file) => file.imports.some((name) => target.test(name))).map((file) => file.path);
}

function usersOf(word: RegExp): string[] {
  return files.filter((file) => word.test(withoutComments(file))).map((file) => file.path);
}

function outsideTheLibrary(word: RegExp): string[] {
  return usersOf(word).filter((file) => !/^src\/lib\/(encryption|key-stores)/.test(file));
}

/** Comments that begin a line; a `/*` inside a regular expression is not one. */
function withoutComments(file: SourceFile): string {
  return file.text.replaceAll(/^\s*\/\*\*?[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
}

test("no signal of a request is one that Node keeps for good: AbortSignal.any with a listener", () => {
  expect(usersOf(/AbortSignal\.any/)).toEqual([
    // In the browser.
    "src/components/project-chat/chat-transport.ts",
    // Its listener is taken away when the viewer has left.
    "src/domain/runs/runs-of-session.ts",
    // One for each rotation.
    "src/domain/vault/rotation/run-key-rotation.ts",
  ]);
});

describe("the two choke points of a key", () => {
  test("only the vault, the key stores and scripts import lib/encryption", () => {
    const allowed =
      /^src\/(domain\/(keys\/sources|vault)\/|lib\/(encryption|key-stores|key-backup))|^scripts\//;
    const importers = importersOf(/^src\/lib\/encryption/);
    expect(importers).toContain("src/domain/vault/sealing/open-value.ts");
    expect(importers.filter((file) => !allowed.test(file))).toEqual([]);
  });

  test("a key is opened by its source, and a source by one verb; the check at a start opens stored keys too", () => {
    expect(importersOf(/^src\/domain\/keys\/sources\/stored\/open-stored-key$/)).toEqual([
      // Without a session, for what OpenRouter charged the key.
      "src/domain/keys/open-key-to-reconcile.ts",
      "src/domain/keys/sources/stored/recheck-unreadable-keys.ts",
      "src/domain/keys/sources/stored/stored-keys.ts",
    ]);
    expect(usersOf(/\brevealSessionKey\(/)).toEqual([
      "src/domain/keys/sources/session/session-key-store.ts",
      "src/domain/keys/sources/session/session-keys.ts",
    ]);
    expect(usersOf(/\bkeySourceOf\(/)).toEqual([
      "src/domain/keys/open-paying-key.ts",
      "src/domain/keys/sources/key-sources.ts",
    ]);
    expect(usersOf(/\b(stored|session|platform)Keys\.open\b/)).toEqual([]);
    // Neither a key that reports on itself nor an admin key has another use than a provider's reports.
    for (const opener of [/keys\/open-key-to-reconcile$/, /keys\/sources\/admin\/open-admin-key$/]) {
      expect(importersOf(opener)).toEqual(["src/domain/spending/reconciliation/reconcile-source.ts"]);
    }
    expect(importersOf(/^src\/domain\/keys\/open-paying-key$/)).toEqual([
      "src/domain/keys/health/test-key.ts",
      "src/domain/keys/model-choices/list-live-models.ts",
      "src/domain/runs/resolve-language-model.ts",
    ]);
  });

  test("exactly one file of the product decrypts stored values, and one seals them; what is never stored has one of its own", () => {
    const ofSessions = "src/domain/keys/sources/session/session-key-store.ts";
    expect(outsideTheLibrary(/\b(decrypt|openSealed|openWithDataKey|openFields)\s*\(/)).toEqual([
      ofSessions,
      "src/domain/vault/sealing/open-text.ts",
    ]);
    expect(outsideTheLibrary(/\b(encrypt|sealWithDataKey|sealFields)\s*\(/)).toEqual([
      ofSessions,
      "src/domain/vault/sealing/seal-text.ts",
    ]);
  });

  test("a webhook's secret is opened for the one request it signs", () => {
    expect(importersOf(/^src\/domain\/notifications\/webhooks\/open-webhook-secret$/)).toEqual([
      "src/domain/notifications/webhooks/send-webhook.ts",
    ]);
  });

  test("only the verbs that open a key and a webhook's secret, the check at a start, and rotation open stored values", () => {
    expect(usersOf(/\b(openValue|openText)\(/)).toEqual([
      "src/domain/keys/sources/admin/open-admin-key.ts",
      "src/domain/keys/sources/stored/open-stored-key.ts",
      "src/domain/notifications/webhooks/open-webhook-secret.ts",
      "src/domain/vault/rotation/cipher-job.ts",
      "src/domain/vault/sealing/open-text.ts",
      "src/domain/vault/sealing/open-value.ts",
      "src/domain/vault/sealing/opens-again.ts",
    ]);
    // The policy is never bypassed: a rotation checks it for each value before sending a job to the cipher
    // thread.
    expect(usersOf(/\bassertAllowed\(/)).toEqual([
      "src/domain/vault/rotation/open-walked-values.ts",
      "src/domain/vault/sealing/open-value.ts",
    ]);
    expect(usersOf(/\bcipher\.run\(/)).toEqual(["src/domain/vault/rotation/open-walked-values.ts"]);
    expect(importersOf(/^src\/domain\/vault\/rotation\/cipher-job$/)).toEqual([
      "src/domain/vault/rotation/cipher-here.ts",
      "src/domain/vault/rotation/cipher-thread.ts",
      "src/domain/vault/rotation/cipher-worker.ts",
      "src/domain/vault/rotation/open-walked-values.ts",
    ]);
    expect(importersOf(/^src\/domain\/vault\/sealing\/opens-again$/)).toEqual([
      "src/domain/keys/sources/admin/recheck-unreadable-admin-keys.ts",
      "src/domain/notifications/webhooks/recheck-unreadable-webhooks.ts",
      "src/domain/projects/secrets/recheck-unreadable-secrets.ts",
    ]);
  });

  test("data keys are unwrapped in one place for use, and in rotation", () => {
    expect(
      usersOf(/\b(unwrapDataKey|rewrapDataKey)\s*\(/).filter(
        (file) => !file.startsWith("src/lib/encryption"),
      ),
    ).toEqual([
      "src/domain/vault/data-keys/stored-data-key.ts",
      "src/domain/vault/rotation/rewrap-data-keys.ts",
    ]);
  });

  test("a plaintext secret is revealed in one place: the request that carries it", () => {
    const revealing = usersOf(/\.reveal\(\)/).filter((file) => file !== "src/lib/secret.ts");
    expect(revealing).toEqual(["src/domain/providers/transport/keyed-fetch.ts"]);
  });

  test("provider clients are made in the providers' own folders, and a model is built for a paying key in one place", () => {
    const makers = importersOf(/^@ai-sdk\/(?!provider$|react$)|^@openrouter\//);
    expect(makers).toContain("src/domain/providers/anthropic/adapter.ts");
    expect(makers.filter((file) => !/^src\/domain\/providers\/[a-z-]+\//.test(file))).toEqual([]);
    // A tolerant model wraps what an adapter builds and has no key to give it.
    expect(usersOf(/\.buildModel\s*\(/)).toEqual([
      "src/domain/providers/wire/tolerant-model.ts",
      "src/domain/runs/resolve-language-model.ts",
    ]);
    expect(importersOf(/^src\/domain\/providers\/[a-z-]+\/adapter$/)).toEqual([
      "src/domain/providers/registry.ts",
    ]);
  });

  test("the operator's keys are read from the environment in one place", () => {
    const readers = usersOf(/\boperatorKey\(/).filter((file) => file.startsWith("src/"));
    expect(readers.toSorted()).toEqual([
      "src/domain/keys/sources/platform/platform-keys.ts",
      "src/lib/provider-variables.ts",
    ]);
    // No other file names such a variable or builds its name.
    expect(usersOf(/(?<!PLACEHOLDER)_API_KEY\b/).filter((file) => file.startsWith("src/"))).toEqual([
      "src/lib/provider-variables.ts",
    ]);
  });

  test("only one file opens a connection to the database", () => {
    const openers = usersOf(/\bnew Pool\(|PGlite\.create\(|new PGlite\(/).filter((file) =>
      file.startsWith("src/"),
    );
    expect(openers).toEqual(["src/lib/db/client.ts"]);
  });

  test("the auth library reads and writes its rows in one place, which signs and verifies them", () => {
    expect(importersOf(/^better-auth\/adapters/)).toEqual(["src/lib/auth/authority/signed-adapter.ts"]);
  });

  test("only the vault reads or writes the sealed column", () => {
    // By the builder's name, or in a statement.
    const touching = usersOf(/userAiApiKeysTable\.apiKey\b|\b[a-z]+\.api_key\b/);
    expect(touching).toContain("src/domain/keys/sources/stored/open-stored-key.ts");
    const elsewhere = touching.filter((file) => !file.startsWith("src/domain/keys/sources/stored/"));
    expect(elsewhere.filter((file) => file.startsWith("src/"))).toEqual([]);
    const adminKeys = usersOf(/\bsealedKey\b|\bsealed_key\b/);
    expect(adminKeys).toContain("src/domain/keys/sources/admin/open-admin-key.ts");
    const others =
      /^src\/(domain\/keys\/sources\/admin|lib\/db\/schema|domain\/vault\/sealing\/sealed-columns|components\/vault)/;
    expect(adminKeys.filter((file) => file.startsWith("src/") && !others.test(file))).toEqual([]);
  });

  test("no console in the product: everything logged goes through the redacting logger", () => {
    expect(usersOf(/\bconsole\.\w+\(/).filter((file) => file.startsWith("src/"))).toEqual([]);
  });
});
