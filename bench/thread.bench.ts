import { randomUUID } from "node:crypto";
import { Client } from "pg";
import { userMessage } from "../tests/support/http-person";
import { type BenchRow, median } from "./bench-row";
import { cpuSeconds } from "./messages/process-costs";
import type { Sender } from "./messages/sender";
import { type BenchInstallation, startInstallation } from "./messages/start-installation";
import { timeToText } from "./messages/time-to-text";

/** Stored before the message; the first is the baseline of the others. */
const LENGTHS = [1, 100, 1_000, 10_000];
const WARM_UP = 200;
const ROUNDS = process.env["BENCH_QUICK"] === "1" ? 3 : 9;
const MESSAGES = 10;

/**
 * What a message costs the server below stored ones: all of them on its branch, which is sent to the model,
 * or all but the first versions of an earlier message, which is not.
 */
export async function benchThreads(): Promise<BenchRow[]> {
  const installation = await startInstallation({ database: "Postgres", pace: "10,1" });
  try {
    const [sender] = await installation.senders(1);
    if (!sender) throw new Error("nobody to send");
    return [
      ...(await costs(installation, sender, "on other branches", (index) => (index === 0 ? null : "m0"))),
      ...(await costs(installation, sender, "before it", (index) => (index === 0 ? null : `m${index - 1}`))),
    ];
  } finally {
    await installation.stop();
  }
}

/** @param parentOf where a message hangs; the first is `m0` */
async function costs(
  { app, databaseUrl = "" }: BenchInstallation,
  sender: Sender,
  where: string,
  parentOf: (index: number) => string | null,
): Promise<BenchRow[]> {
  const threads = [];
  for (const stored of LENGTHS) {
    const isChain = parentOf(2) === "m1";
    threads.push({
      stored,
      threadId: await storeThread(databaseUrl, sender, stored, parentOf),
      parentId: isChain ? `m${stored - 1}` : "m0",
      cpu: [] as number[],
      firstText: [] as number[],
    });
  }
  const send = (threadId: string, parentId: string) =>
    timeToText(
      sender.person.send({
        projectId: sender.projectId,
        threadId,
        question: { parentId, message: userMessage("say: short") },
        keyProvider: "personal",
      }),
      /"type":"text-delta"/,
    );
  const [shortest] = threads;
  if (!shortest) return [];
  for (let message = 0; message < WARM_UP; message += 1) await send(shortest.threadId, shortest.parentId);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const thread of threads) {
      const before = cpuSeconds(app.pid);
      for (let message = 0; message < MESSAGES; message += 1)
        thread.firstText.push(await send(thread.threadId, thread.parentId));
      thread.cpu.push(((cpuSeconds(app.pid) - before) * 1000) / MESSAGES);
    }
  }
  return threads.flatMap(({ stored, cpu, firstText }) => {
    const row = (name: string, ours: number[], baseline: number[]): BenchRow => ({
      name: `${name}, ${stored.toLocaleString("en")} stored ${where}`,
      value: median(ours),
      unit: "ms",
      baseline: median(baseline),
      ratio: median(ours) / median(baseline),
      aim: "",
      ok: null,
    });
    return [
      row("CPU for a message", cpu, shortest.cpu),
      row("time to first text delta", firstText, shortest.firstText),
    ];
  });
}

/** Questions and answers in turns. @returns the thread's id */
async function storeThread(
  databaseUrl: string,
  { projectId }: Sender,
  stored: number,
  parentOf: (index: number) => string | null,
): Promise<string> {
  const threadId = randomUUID();
  // Short, so that ten thousand fit into a request.
  const text = "A few words.";
  const messages = Array.from({ length: stored }, (_, index) => ({
    id: `m${index}`,
    parent_id: parentOf(index),
    role: index % 2 === 0 ? "user" : "assistant",
    parts: [{ type: "text", text: `${index}: ${text}`, ...(index % 2 === 1 && { state: "done" }) }],
    metadata:
      index % 2 === 1 ? { keyProvider: "personal", model: "claude-haiku-4-5", outcome: "completed" } : null,
  }));
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query("insert into threads (id, project_id, title) values ($1, $2, 'A long thread')", [
      threadId,
      projectId,
    ]);
    await client.query(
      `insert into messages (thread_id, id, parent_id, role, parts, metadata)
       select $1, id, parent_id, role, parts, metadata
       from jsonb_to_recordset($2) as m (id text, parent_id text, role text, parts jsonb, metadata jsonb)`,
      [threadId, JSON.stringify(messages)],
    );
    await client.query("analyze");
  } finally {
    await client.end();
  }
  return threadId;
}
