import { randomUUID } from "node:crypto";
import { count, eq } from "drizzle-orm";
import { Client } from "pg";
import { expect, test } from "vitest";
import { PERSON_MAX_PROJECTS } from "@/contracts/limits";
import { createProject } from "@/domain/projects/create-project";
import { recordUsage, type UsageRecord } from "@/domain/spending/record-usage";
import { database } from "@/lib/db/client";
import { projectsTable, usageEventsTable, userTable } from "@/lib/db/schema";
import { untilWaiting } from "./until-waiting";
import { useDatabase } from "./use-database";

useDatabase("postgres");

async function newPerson(): Promise<{ userId: string }> {
  const userId = `person-${randomUUID()}`;
  const db = await database();
  await db.insert(userTable).values({ id: userId, name: "P", email: `${userId}@example.com` });
  return { userId };
}

async function projectsOf(userId: string): Promise<number> {
  const db = await database();
  const [row] = await db.select({ n: count() }).from(projectsTable).where(eq(projectsTable.userId, userId));
  return row?.n ?? 0;
}

/**
 * Runs something in a transaction of another connection, and commits it when this many wait for its locks.
 */
async function holding<Result>(
  statement: string,
  values: unknown[],
  waiting: number,
  meanwhile: () => Promise<Result>,
): Promise<Result> {
  const client = new Client({ connectionString: process.env["DATABASE_URL"] });
  await client.connect();
  try {
    await client.query("begin");
    await client.query(statement, values);
    const result = meanwhile();
    // It may fail before the commit is answered, and is looked at after it.
    result.catch(() => undefined);
    await untilWaiting(waiting);
    await client.query("commit");
    return await result;
  } finally {
    await client.end();
  }
}

function receiptOf(projectId: string): UsageRecord {
  return {
    projectId,
    messageId: randomUUID(),
    selection: { payer: "platform", provider: "anthropic", model: "claude-haiku-4-5" },
    key: null,
    outcome: "completed",
    requests: 1,
    cost: { microUsd: 1234, source: "estimated" },
    price: null,
    durationMs: 10,
    firstTokenMs: 5,
  };
}

test("projects made at the same moment do not go past the limit", async () => {
  const person = await newPerson();
  const db = await database();
  const rows = Array.from({ length: PERSON_MAX_PROJECTS - 1 }, (_, n) => ({
    ...person,
    name: `Project ${n}`,
  }));
  await db.insert(projectsTable).values(rows);
  // All proceed as far as they can before the first may continue.
  const outcomes = await holding('select 1 from "user" where id = $1 for update', [person.userId], 6, () =>
    Promise.all(
      Array.from({ length: 6 }, () =>
        createProject(person, { name: "One more" }).then(
          () => "created",
          (error: { code?: string }) => error.code,
        ),
      ),
    ),
  );
  expect(outcomes.filter((outcome) => outcome === "created")).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome === "limit_reached")).toHaveLength(5);
  expect(await projectsOf(person.userId)).toBe(PERSON_MAX_PROJECTS);
});

test("a project for an account that has just been deleted is refused with that reason", async () => {
  const person = await newPerson();
  const refused = holding('delete from "user" where id = $1', [person.userId], 1, () =>
    createProject(person, { name: "A" }),
  );
  await expect(refused).rejects.toMatchObject({ code: "not_found" });
});

test("a receipt outlives the project that is deleted while it is written", async () => {
  const person = await newPerson();
  const { id } = await createProject(person, { name: "A" });
  await holding("delete from projects where id = $1", [id], 1, () => recordUsage(person, receiptOf(id)));
  const db = await database();
  const receipts = await db.select().from(usageEventsTable).where(eq(usageEventsTable.userId, person.userId));
  expect(receipts).toMatchObject([{ projectId: null, costMicroUsd: 1234, outcome: "completed" }]);
});

test("a receipt of an account that is deleted while it is written belongs to no account, and is not retried forever", async () => {
  const person = await newPerson();
  const { id } = await createProject(person, { name: "A" });
  const receipt = receiptOf(id);
  await holding('delete from "user" where id = $1', [person.userId], 1, () => recordUsage(person, receipt));
  const db = await database();
  const { messageId } = receipt;
  const receipts = await db.select().from(usageEventsTable).where(eq(usageEventsTable.messageId, messageId));
  expect(receipts).toEqual([]);
});
