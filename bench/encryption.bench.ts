import { createCipheriv, createDecipheriv, createSecretKey, randomBytes, randomUUID } from "node:crypto";
import {
  DataKey,
  DataKeyCache,
  decrypt,
  encrypt,
  generateEncryptionKey,
  type KeyRing,
  keyRingFromEnvironment,
  openWithDataKey,
  type SealContext,
  sealWithDataKey,
} from "../src/lib/encryption";
import { alternate, type BenchRow, type Sample } from "./bench-row";

/** As long as an Anthropic key. */
const SECRET = `sk-ant-api03-${randomBytes(70).toString("base64url")}`.padEnd(108, "A").slice(0, 108);
const OPERATIONS_PER_SAMPLE = 4000;
const ROUNDS = { warmUp: 6, rounds: 41 };
const AIM = 0.85;
const DATA_KEY_AIM = 0.7;
const OWNERS = 512;

const CIPHER = "aes-256-gcm";
const TAG = { authTagLength: 16 };

/**
 * Seals and opens a key of 108 characters, compared with the same cipher called directly on bytes: cached
 * KeyObject, fresh random nonce, no additional data, no text form, no checks. Our code adds to each opening
 * the strict parsing of the text form and the construction of the additional data.
 *
 * Each owner has their own data key, as in the product; the bare cipher has one key throughout.
 */
export async function benchEncryption(): Promise<BenchRow[]> {
  const before = { ring: process.env["ENCRYPTION_KEYS"], single: process.env["ENCRYPTION_KEY"] };
  setVariable("ENCRYPTION_KEYS", `k1:${generateEncryptionKey()}`);
  setVariable("ENCRYPTION_KEY", undefined);
  try {
    return [...(await rows(keyRingFromEnvironment())), ...(await dataKeyRows())];
  } finally {
    setVariable("ENCRYPTION_KEYS", before.ring);
    setVariable("ENCRYPTION_KEY", before.single);
  }
}

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

const openBare = () => bareOpen(stored);

/** Texts from a database are flat strings; a freshly concatenated one is slower to read. */
function asRead(text: string): string {
  return Buffer.from(text, "utf8").toString("utf8");
}

function anOwnersContext(): SealContext {
  return {
    table: "user_ai_api_keys",
    column: "api_key",
    owner: asRead(randomUUID()),
    purpose: "anthropic",
  };
}

/**
 * Many owners, so that nothing is measured that works only for one row. @returns the next owner's, cyclically
 */
function byTurns<T>(make: () => T): () => T {
  const all = Array.from({ length: OWNERS }, make);
  let turn = 0;
  return () => {
    const one = all[(turn += 1) % OWNERS];
    if (one === undefined) throw new RangeError("no owners");
    return one;
  };
}

async function rows(ring: KeyRing): Promise<BenchRow[]> {
  const next = byTurns(() => {
    const context = anOwnersContext();
    return { context, sealed: asRead(encrypt(SECRET, context, ring)) };
  });

  const seal = (from?: KeyRing) => () => encrypt(SECRET, next().context, from);
  const open = (from?: KeyRing) => () => {
    const { sealed, context } = next();
    return decrypt(sealed, context, from);
  };
  const sealAndOpen = () => {
    const { context } = next();
    return decrypt(encrypt(SECRET, context, ring), context, ring);
  };
  return [
    await row("seal, ring in hand", rate(seal(ring)), bareSeal),
    await row("open, ring in hand", rate(open(ring)), openBare),
    await row("seal then open, ring in hand", rate(sealAndOpen), () => bareOpen(bareSeal())),
    await row("seal, ring of the environment", rate(seal()), bareSeal),
    await row("open, ring of the environment", rate(open()), openBare),
  ];
}

async function dataKeyRows(): Promise<BenchRow[]> {
  const next = byTurns(() => {
    const [context, dataKey] = [anOwnersContext(), new DataKey(randomBytes(32))];
    return { context, dataKey, sealed: asRead(sealWithDataKey(SECRET, context, dataKey)) };
  });
  const cache = new DataKeyCache({ maxEntries: OWNERS, lifeMs: 3_600_000 });

  const seal = () => {
    const { context, dataKey } = next();
    return sealWithDataKey(SECRET, context, dataKey);
  };
  const open = () => {
    const { sealed, context, dataKey } = next();
    return openWithDataKey(sealed, context, dataKey);
  };
  const openThroughCache = async () => {
    const start = performance.now();
    for (let done = 0; done < OPERATIONS_PER_SAMPLE; done += 1) {
      const { sealed, context, dataKey } = next();
      const cached = cache.get(dataKey.id, () => Promise.resolve(dataKey));
      // oxlint-disable-next-line no-await-in-loop -- only while it loads
      openWithDataKey(sealed, context, cached instanceof Promise ? await cached : cached);
    }
    return (OPERATIONS_PER_SAMPLE * 1000) / (performance.now() - start);
  };
  return [
    await row("seal, data key in hand", rate(seal), bareSeal, DATA_KEY_AIM),
    await row("open, data key in hand", rate(open), openBare, DATA_KEY_AIM),
    await row("open through the warm cache", openThroughCache, openBare, DATA_KEY_AIM),
  ];
}

async function row(name: string, ours: Sample, bare: () => unknown, aim = AIM): Promise<BenchRow> {
  const { a, b, ratio } = await alternate(ours, rate(bare), ROUNDS);
  return {
    name: `encryption: ${name} (108 characters)`,
    value: a,
    unit: "operations/s",
    baseline: b,
    ratio,
    aim: `at least ${aim} of bare node:crypto`,
    ok: ratio >= aim,
  };
}

/** @returns a sampler that gives operations per second */
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
