import "server-only";
import { createHmac, type KeyObject, randomBytes, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, open, rename } from "node:fs/promises";
import path from "node:path";
import { eq } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "@/lib/db/client";
import { auditChainTable, auditEventsTable } from "@/lib/db/schema";
import { environment } from "@/lib/env.server";
import { AuditChainBroken } from "./audit-errors";
import { databasePlace } from "./database-place";
import { lengthPrefixed } from "./length-prefixed";

/**
 * The head of the chain as this server knows it, in a file outside the database. Someone who can write to the
 * database can take records and head back; the chain must go on from where this server left it, or further.
 * It may lag behind the chain (a kill, other servers), and never leads.
 */
export interface NotedHead {
  seq: bigint;
  /** Lower-case hex. */
  mac: string;
}

export interface AuditMacKey {
  id: string;
  key: KeyObject;
}

type FindKey = (id: string) => Promise<KeyObject | null>;

const fileSchema = z.strictObject({
  seq: z.string().regex(/^[1-9]\d{0,17}$/),
  mac: z.string().regex(/^[0-9a-f]{64}$/),
  macKeyId: z.string(),
  tag: z.string().regex(/^[0-9a-f]{64}$/),
});

/** What was read and checked last: the same text needs no key. */
let checkedText: string | undefined;

/** A file for each database: a server that is pointed to another one knows nothing of its chain. */
function place(): { name: string; file: string } {
  const name = databasePlace();
  return { name, file: path.resolve(environment().DATA_DIR, `audit-head-${name}.json`) };
}

/** Where the head is noted, for messages. */
export function notedHeadFile(): string {
  return place().file;
}

/**
 * The head noted by this server; null before the first.
 *
 * @throws AuditChainBroken if the file is not as a server wrote it
 * @throws what `findKey` throws
 */
export async function readNotedHead(findKey: FindKey): Promise<NotedHead | null> {
  const { name, file } = place();
  const text = readOrNull(file);
  // Empty: the machine lost power before it was on the disk.
  if (text === null || text === "") return null;
  const noted = parse(text);
  if (!noted) throw new AuditChainBroken(`${file}, where this server notes its head, is damaged`);
  if (text !== checkedText) {
    const key = await findKey(noted.macKeyId);
    if (!key) {
      throw new AuditChainBroken(
        "the key that vouches for the head this server noted is not in the database",
      );
    }
    if (!timingSafeEqual(Buffer.from(tagOf(key, name, noted)), Buffer.from(noted.tag))) {
      throw new AuditChainBroken(`${file}, where this server notes its head, was changed`);
    }
    checkedText = text;
  }
  return { seq: BigInt(noted.seq), mac: noted.mac };
}

/**
 * Notes a head that this server made or has verified, whole or not at all.
 *
 * @throws the file system's error
 */
export async function noteHead(head: NotedHead, { id, key }: AuditMacKey): Promise<void> {
  const { name, file } = place();
  const noted = { seq: head.seq.toString(), mac: head.mac, macKeyId: id };
  const text = `${JSON.stringify({ ...noted, tag: tagOf(key, name, noted) })}\n`;
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  // Not by the process id: in containers on one folder it is the same.
  const draft = `${file}.${randomBytes(8).toString("hex")}.draft`;
  const handle = await open(draft, "w", 0o600);
  try {
    await handle.writeFile(text);
    // Not before a database that does not wait for the disk itself: the file would lead after a power cut.
    if (environment().DATABASE_URL !== undefined) await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
  checkedText = text;
}

/**
 * Checks that the chain in the database goes through a head this server noted. The head is read before, since
 * a transaction must not wait for a key: the embedded database has only one connection.
 *
 * @throws AuditChainBroken
 */
export async function checkNotedHead(db: Pick<Database, "select">, noted: NotedHead | null): Promise<void> {
  if (!noted) return;
  const [head] = await db
    .select({ seq: auditChainTable.seq, mac: auditChainTable.mac })
    .from(auditChainTable)
    .where(eq(auditChainTable.id, 1));
  if (!head) throw new AuditChainBroken("its head is missing");
  // The noted record itself may be gone from its place: that gap is for the verification to report.
  if (head.seq === noted.seq && head.mac === noted.mac) return;
  const [record] = await db
    .select({ mac: auditEventsTable.mac })
    .from(auditEventsTable)
    .where(eq(auditEventsTable.seq, noted.seq));
  if (head.seq < noted.seq || record?.mac !== noted.mac) {
    throw new AuditChainBroken(
      `it does not go through record ${noted.seq} any more, which this server noted in ${notedHeadFile()}: records were removed or replaced, or an older backup was restored`,
    );
  }
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

function parse(text: string): z.output<typeof fileSchema> | undefined {
  try {
    return fileSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function tagOf(
  key: KeyObject,
  name: string,
  { seq, mac, macKeyId }: { seq: string; mac: string; macKeyId: string },
): string {
  return createHmac("sha256", key)
    .update(lengthPrefixed(["orchestral audit head 1", name, seq, mac, macKeyId]))
    .digest("hex");
}
