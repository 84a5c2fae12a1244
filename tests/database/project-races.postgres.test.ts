import { randomUUID } from "node:crypto";
import { count, eq } from "drizzle-orm";
import { Client } from "pg";
import { expect, test } from "vitest";
import { PERSON_MAX_PROJECTS } from "@/contracts/limits";
import { recordUsage } from "@/domain/metering/record-usage";
import type { UsageContext } from "@/domain/metering/usage-row";
import { createProject } from "@/domain/projects/create-project";
import { storeEnd } from "@/domain/runs/store-end";
import { database } from "@/lib/db/client";
import { projectsTable, usageEventsTable, userTable } from "@/lib/db/schema";
import { usageRow } from "../support/usage-row";
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

function runOf(
  { userId }: { userId: string },
  projectId: string,
  payer: "person" | "platform",
): UsageContext {
  const selection = { payer, provider: "anthropic", model: "claude-haiku-4-5" };
  return { userId, projectId, runId: randomUUID(), threadId: null, selection };
}

const ROW = usageRow({ cost: { microUsd: 1234, source: "estimated" } });

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

const RECORDED = { costMicroUsd: 1234, outcome: "completed" };

async function recordedOf({ runId }: UsageContext) {
  const db = await database();
  const rows = await db
    .select()
    .from(usageEventsTable)
    .where(eq(usageEventsTable.messageId, runId ?? ""));
  return rows.map(({ costMicroUsd, outcome }) => ({ costMicroUsd, outcome }));
}

test("the end of a run whose account is gone records what the platform paid, under an id that is nobody's", async () => {
  const person = await newPerson();
  const { id } = await createProject(person, { name: "A" });
  const run = { runId: randomUUID(), actor: person, project: { id }, threadId: randomUUID() };
  const end = { answer: null, usage: [{ ...ROW, id: randomUUID() }], worked: null };
  const db = await database();
  await db.delete(userTable).where(eq(userTable.id, person.userId));
  const { selection } = runOf(person, id, "platform");
  await storeEnd({ ...run, selection }, end);
  const rows = await db.select().from(usageEventsTable).where(eq(usageEventsTable.messageId, run.runId));
  expect(rows).toMatchObject([{ userId: person.userId, ownerKind: "installation", ...RECORDED }]);
});

test("what a run used outlives the project that is deleted before it is written", async () => {
  const person = await newPerson();
  const { id } = await createProject(person, { name: "A" });
  const run = runOf(person, id, "person");
  const row = { ...ROW, id: randomUUID() };
  const db = await database();
  await db.delete(projectsTable).where(eq(projectsTable.id, id));
  await recordUsage(run, [row]);
  expect(await recordedOf(run)).toEqual([RECORDED]);
});

test.each([
  ["their own key", "is forgotten with them", "person", 1, []],
  ["the platform", "is kept, and waits for nobody", "platform", 0, [RECORDED]],
] as const)(
  "of an account that is deleted while it is written, what %s paid %s",
  async (_by, _what, payer, waiting, expected) => {
    const person = await newPerson();
    const { id } = await createProject(person, { name: "A" });
    const run = runOf(person, id, payer);
    const row = { ...ROW, id: randomUUID() };
    await holding('delete from "user" where id = $1', [person.userId], waiting, () =>
      recordUsage(run, [row]),
    );
    expect(await recordedOf(run)).toEqual(expected);
  },
);
