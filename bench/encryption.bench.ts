import { createCipheriv, createDecipheriv, createSecretKey, randomBytes, randomUUID } from "node:crypto";
import {
  decrypt,
  encrypt,
  generateEncryptionKey,
  type KeyRing,
  keyRingFromEnvironment,
  type SealContext,
} from "../src/lib/encryption";
import { alternate, type BenchRow } from "./bench-row";

/** As long as an Anthropic key. */
const SECRET = `sk-ant-api03-${randomBytes(70).toString("base64url")}`.padEnd(108, "A").slice(0, 108);
const OPERATIONS_PER_SAMPLE = 4000;
const ROUNDS = { warmUp: 6, rounds: 41 };
const AIM = 0.85;

const CIPHER = "aes-256-gcm";
const TAG = { authTagLength: 16 };

/**
 * Seals and opens a key of 108 characters beside the same cipher called bare on bytes: cached KeyObject, fresh random
 * nonce, no additional data, no text form, no checks. What ours adds to each opening is reading the text form strictly
 * and putting the additional data together.
 */
export async function benchEncryption(): Promise<BenchRow[]> {
  const before = { ring: process.env["ENCRYPTION_KEYS"], single: process.env["ENCRYPTION_KEY"] };
  setVariable("ENCRYPTION_KEYS", `k1:${generateEncryptionKey()}`);
  setVariable("ENCRYPTION_KEY", undefined);
  try {
    return await rows(keyRingFromEnvironment());
  } finally {
    setVariable("ENCRYPTION_KEYS", before.ring);
    setVariable("ENCRYPTION_KEY", before.single);
  }
}

async function rows(ring: KeyRing): Promise<BenchRow[]> {
  // Many owners, so that nothing is measured that works for one row only.
  const rowsOfKeys = Array.from({ length: 512 }, () => {
    const context = {
      table: "user_ai_api_keys",
      column: "api_key",
      owner: randomUUID(),
      purpose: "anthropic",
    };
    return { context, sealed: encrypt(SECRET, context, ring) };
  });
  let turn = 0;
  const next = (): { context: SealContext; sealed: string } => {
    const row = rowsOfKeys[(turn += 1) % rowsOfKeys.length];
    if (row === undefined) throw new RangeError("no rows");
    return row;
  };

  const bareKey = createSecretKey(randomBytes(32));
  const stored = bareSeal();

  function bareSeal(): Buffer {
    const nonce = randomBytes(12);
    const cipher = createCipheriv(CIPHER, bareKey, nonce, TAG);
    const ciphertext = Buffer.concat([cipher.update(SECRET, "utf8"), cipher.final()]);
    return Buffer.concat([nonce, ciphertext, cipher.getAuthTag()]);
  }
  function bareOpen(bytes: Buffer): string {
    const decipher = createDecipheriv(CIPHER, bareKey, bytes.subarray(0, 12), TAG);
    decipher.setAuthTag(bytes.subarray(-16));
    return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString("utf8");
  }

  const seal = (from?: KeyRing) => () => encrypt(SECRET, next().context, from);
  const open = (from?: KeyRing) => () => {
    const { sealed, context } = next();
    return decrypt(sealed, context, from);
  };
  const sealAndOpen = () => {
    const { context } = next();
    return decrypt(encrypt(SECRET, context, ring), context, ring);
  };
  const openBare = () => bareOpen(stored);

  return [
    await row("seal, ring in hand", seal(ring), bareSeal),
    await row("open, ring in hand", open(ring), openBare),
    await row("seal then open, ring in hand", sealAndOpen, () => bareOpen(bareSeal())),
    await row("seal, ring of the environment", seal(), bareSeal),
    await row("open, ring of the environment", open(), openBare),
  ];
}

async function row(name: string, ours: () => string, bare: () => unknown): Promise<BenchRow> {
  const { a, b, ratio } = await alternate(rate(ours), rate(bare), ROUNDS);
  return {
    name: `encryption: ${name} (108 characters)`,
    value: a,
    unit: "operations/s",
    baseline: b,
    ratio,
    aim: `at least ${AIM} of bare node:crypto`,
    ok: ratio >= AIM,
  };
}

/** @returns a sample that gives operations per second */
function rate(operation: () => unknown): () => number {
  return () => {
    const start = performance.now();
    for (let done = 0; done < OPERATIONS_PER_SAMPLE; done += 1) operation();
    return (OPERATIONS_PER_SAMPLE * 1000) / (performance.now() - start);
  };
}

function setVariable(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

if (import.meta.main) {
  console.table(
    (await benchEncryption()).map(({ name, value, baseline, ratio, ok }) => ({
      name,
      "operations/s": Math.round(value),
      bare: Math.round(baseline),
      ratio: ratio.toFixed(2),
      ok,
    })),
  );
}
