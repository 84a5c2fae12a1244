import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { flushAuditEvents } from "@/domain/vault/audit/audit-queue";
import { CONTROL_FILE, isControlToken, openControlChannel } from "@/domain/vault/control-channel";
import { database } from "@/lib/db/client";
import { auditEventsTable } from "@/lib/db/schema";
import { useDatabase } from "./use-database";

useDatabase("embedded");

const folder = () => process.env["DATA_DIR"] ?? "";
const file = () => path.join(folder(), CONTROL_FILE);
const tokenIn = (text: string) => (JSON.parse(text) as { token: string }).token;

/** Opens the channel and returns what the process does at exit. */
function opened(): () => void {
  const before = process.listeners("exit");
  openControlChannel();
  const [added] = process.listeners("exit").filter((listener) => !before.includes(listener));
  if (!added) throw new Error("nothing is done at the exit");
  return () => {
    process.removeListener("exit", added);
    added.call(process, 0);
  };
}

describe("the control channel", () => {
  test("its file is readable by its user only, leaves no draft, and takes the place of what was there", () => {
    writeFileSync(file(), "left by a server that was killed", { mode: 0o644 });
    const exit = opened();
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder()).filter((name) => name.startsWith(CONTROL_FILE))).toEqual([CONTROL_FILE]);
    expect(isControlToken(`Bearer ${tokenIn(readFileSync(file(), "utf8"))}`)).toBe(true);
    exit();
    expect(readdirSync(folder())).not.toContain(CONTROL_FILE);
  });

  test("a server that ends leaves the file of the one that came after it", () => {
    const [endFirst, endSecond] = [opened(), opened()];
    const text = readFileSync(file(), "utf8");
    endFirst();
    expect(readFileSync(file(), "utf8")).toBe(text);
    endSecond();
    expect(readdirSync(folder())).not.toContain(CONTROL_FILE);
  });

  test("wrong tokens are refused, and recorded once a minute", async () => {
    const exit = opened();
    for (let guess = 0; guess < 5; guess += 1) expect(isControlToken(`Bearer guess-${guess}`)).toBe(false);
    expect(isControlToken(null)).toBe(false);
    exit();
    await flushAuditEvents();
    const db = await database();
    const trail = await db
      .select()
      .from(auditEventsTable)
      .where(eq(auditEventsTable.action, "control_token.refused"));
    expect(trail).toMatchObject([
      { actorId: "system:vault", objectId: CONTROL_FILE, detail: { refused: 1 } },
    ]);
  });
});
