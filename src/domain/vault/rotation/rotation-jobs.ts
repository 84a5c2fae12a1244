import "server-only";
import { randomUUID } from "node:crypto";
import { and, eq, sql } from "drizzle-orm";
import { PgBoss } from "pg-boss";
import { z } from "zod";
import type { StartKeyRotation } from "@/contracts/vault";
import type { Actor, SystemActor } from "@/domain/identity/actor";
import { database, databaseConnection } from "@/lib/db/client";
import { keyRotationsTable } from "@/lib/db/schema";
import { logger } from "@/lib/logger";
import { oncePerProcess } from "@/lib/once-per-process";
import { retryDelaySeconds } from "./retry-delay";
import { runKeyRotation } from "./run-key-rotation";
import { startKeyRotation } from "./start-key-rotation";

const QUEUE = "key-rotation";
/** How often a process looks for rotations without a worker. */
const LOOK_EVERY_MS = 5_000;
/**
 * Jobs carry no state (that is in the rotation's row), so an abandoned one may be dropped soon. `short`: at
 * most one waits for each rotation, however many processes find that it has no worker.
 */
const QUEUE_OPTIONS = {
  policy: "short",
  retryLimit: 0,
  expireInSeconds: 24 * 60 * 60,
  deleteAfterSeconds: 60 * 60,
} as const;

const jobSchema = z.object({ rotationId: z.uuid() });

interface RotationJobs {
  boss: PgBoss;
  workerId: string;
  abort: AbortController;
  looking: NodeJS.Timeout;
}

const shared = oncePerProcess("rotationJobs", start);

/**
 * Makes this process work on rotations, including those another process left unfinished or only started (a
 * command line that did not wait). Once per process.
 */
export async function startRotationJobs(): Promise<void> {
  await shared.get();
  await takeUpAbandoned();
}

/** Stops the work between two batches; the next start or another server resumes the rotation. */
export async function stopRotationJobs(): Promise<void> {
  const jobs = await shared.drop()?.catch(() => undefined);
  if (!jobs) return;
  clearInterval(jobs.looking);
  jobs.abort.abort();
  await jobs.boss.stop({ graceful: true, timeout: 5_000 });
}

/**
 * Starts a rotation or verification and makes sure that it is worked on.
 *
 * @param actor an operator, checked by the caller
 * @throws AppError `conflict` if another one runs
 */
export async function orderKeyRotation(
  actor: Actor | SystemActor,
  order: StartKeyRotation,
): Promise<{ id: string; alreadyRunning: boolean }> {
  const started = await startKeyRotation(actor, order);
  await enqueue(started.id, 0);
  return started;
}

async function start(): Promise<RotationJobs> {
  const { jobs } = await databaseConnection();
  const boss = new PgBoss({ ...jobs, schema: "pgboss", schedule: false });
  boss.on("error", (error) => logger.error({ err: error }, "the job queue failed"));
  await boss.start();
  await boss.createQueue(QUEUE, QUEUE_OPTIONS);
  const abort = new AbortController();
  const workerId = await boss.work(QUEUE, { batchSize: 1 }, async ([job]) => {
    const { rotationId } = jobSchema.parse(job?.data);
    await workOn(rotationId, abort.signal);
  });
  const looking = setInterval(() => {
    takeUpAbandoned().catch((error: unknown) =>
      logger.warn({ err: error }, "could not look for key rotations without a worker"),
    );
  }, LOOK_EVERY_MS).unref();
  return { boss, workerId, abort, looking };
}

/**
 * A killed process leaves a lease that expires; one that was stopped, or only started the rotation, leaves
 * none.
 */
async function takeUpAbandoned(): Promise<void> {
  const db = await database();
  const abandoned = await db
    .select({ id: keyRotationsTable.id })
    .from(keyRotationsTable)
    .where(
      and(
        eq(keyRotationsTable.state, "running"),
        sql`coalesce(${keyRotationsTable.leaseUntil} < now(), true)`,
      ),
    );
  for (const { id } of abandoned) await enqueue(id, 0);
}

async function workOn(rotationId: string, signal: AbortSignal): Promise<void> {
  const outcome = await runKeyRotation(rotationId, { worker: randomUUID(), signal });
  if (outcome === "waiting") await enqueue(rotationId, await retryDelaySeconds(rotationId));
}

/**
 * A process that does not work on rotations (a command line) has no queue to wake; its caller does the work.
 */
async function enqueue(rotationId: string, afterSeconds: number): Promise<void> {
  const jobs = await shared.current();
  if (!jobs) return;
  await jobs.boss.send(QUEUE, { rotationId }, { startAfter: afterSeconds, singletonKey: rotationId });
  if (afterSeconds === 0) jobs.boss.notifyWorker(jobs.workerId);
}
