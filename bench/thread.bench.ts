import { randomUUID } from "node:crypto";
import { Client } from "pg";
import { userMessage } from "../tests/support/http-person";
import { type BenchRow, median } from "./bench-row";
import { cpuSeconds } from "./messages/process-costs";
import type { Sender } from "./messages/sender";
import { type BenchInstallation, startInstallation } from "./messages/start-installation";
import { timeToText } from "./messages/time-to-text";

/** So many are stored before the message: a question and its answer, which is the baseline, or more. */
const LENGTHS = [2, 100, 1_000, 10_000];
const WARM_UP = 200;
const ROUNDS = process.env["BENCH_QUICK"] === "1" ? 3 : 9;
const MESSAGES = 10;
const ANSWERED = { keyProvider: "personal", model: "claude-haiku-4-5", outcome: "completed" };

/** Of a long conversation the newest messages are sent whole, and the older ones as a summary. */
const SENT_WHOLE = 40;

/** Where the stored messages hang. */
type Shape = "versions" | "conversation";

/**
 * What a message costs the server that follows stored ones: other versions of the message before it, which
 * the model does not read; or a conversation, of which the answers were summarised as the product does it.
 */
export async function benchThreads(): Promise<BenchRow[]> {
  const installation = await startInstallation({ database: "Postgres", pace: "10,1" });
  try {
    const [sender] = await installation.senders(1);
    if (!sender) throw new Error("nobody to send");
    return [
      ...(await costs(installation, sender, "versions")),
      ...(await costs(installation, sender, "conversation")),
    ];
  } finally {
    await installation.stop();
  }
}

async function costs(
  { app, databaseUrl = "" }: BenchInstallation,
  sender: Sender,
  shape: Shape,
): Promise<BenchRow[]> {
  const threads = await Promise.all(
    LENGTHS.map(async (stored) => ({
      stored,
      threadId: await storeThread(databaseUrl, sender, stored, shape),
      parentId: shape === "versions" ? "m1" : `m${stored - 1}`,
      cpu: [] as number[],
      firstText: [] as number[],
    })),
  );
  const send = ({ threadId, parentId }: { threadId: string; parentId: string }) =>
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
  for (let message = 0; message < WARM_UP; message += 1) await send(shortest);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const thread of threads) {
      const before = cpuSeconds(app.pid);
      for (let message = 0; message < MESSAGES; message += 1) thread.firstText.push(await send(thread));
      thread.cpu.push(((cpuSeconds(app.pid) - before) * 1000) / MESSAGES);
    }
  }
  return threads.flatMap(({ stored, cpu, firstText }) => {
    const row = (what: string, ours: number[], baseline: number[]): BenchRow => ({
      name: `${stored.toLocaleString("en")} stored (${shape}): ${what}`,
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

/** Questions and answers in turns: `m0`, `m1`, ... @returns the thread's id */
async function storeThread(
  databaseUrl: string,
  { projectId }: Sender,
  stored: number,
  shape: Shape,
): Promise<string> {
  const threadId = randomUUID();
  const messages = Array.from({ length: stored }, (_, index) => {
    const isAnswer = index % 2 === 1;
    const parts: object[] = [{ type: "text", text: `${index}: A few words.` }];
    if (shape === "conversation" && index === stored - SENT_WHOLE + 1) parts.unshift(summaryUpTo(index - 2));
    return {
      id: `m${index}`,
      parent_id: parentOf(index, shape),
      role: isAnswer ? "assistant" : "user",
      parts,
      metadata: isAnswer ? ANSWERED : null,
    };
  });
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
    await client.query("analyze messages");
  } finally {
    await client.end();
  }
  return threadId;
}

function summaryUpTo(index: number): object {
  return { type: "data-compaction", data: { state: "done", upTo: `m${index}`, summary: "Words." } };
}

/** Versions are answers below the first question, and questions below nothing. */
function parentOf(index: number, shape: Shape): string | null {
  if (index === 0) return null;
  if (shape === "conversation") return `m${index - 1}`;
  return index % 2 === 1 ? "m0" : null;
}
