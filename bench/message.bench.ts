import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { providerBaseUrls } from "../demo/stand-in/base-urls";
import { startAppServer } from "../tests/support/app-server";
import { HttpPerson } from "../tests/support/http-person";
import { startRealPostgres } from "../tests/support/real-postgres";
import { startStandInProcess } from "../tests/support/stand-in-process";
import { alternate, type BenchRow, median } from "./bench-row";

const KEY = "sk-ant-bench-personal-key-0000000000000001";
const TEXT = "say: This is a short answer of a few words, long enough to stream.";
/** Calls before measuring: JIT compilation makes the first ones several times slower. */
const WARM_UP_CALLS = Number(process.env["BENCH_WARM_UP"] ?? 2000);
/** [concurrent calls, target for added milliseconds, calls of one sample, rounds] */
const CONCURRENCIES = [
  [1, 3, 20, 9],
  [10, 8, 60, 7],
  [50, 30, 150, 5],
] as const;

type Call = () => Promise<number>;

/**
 * A message through the agent route (bearer token, session, project, personal key opened, agent, stream),
 * compared with the same request sent directly to the stand-in. Measures the time to the first text delta,
 * never to the first byte.
 */
export async function benchMessages(): Promise<BenchRow[]> {
  const postgres = await startRealPostgres();
  const standIn = await startStandInProcess(["--pace", "30,3", "--accept", KEY, "--no-bodies"]);
  const app = await startAppServer({
    DATABASE_URL: await postgres.createDatabase(),
    ...providerBaseUrls(standIn.url),
    LOG_LEVEL: "warn",
  });
  try {
    const person = await HttpPerson.signUp(app.url);
    await person.saveKey(KEY);
    const projectId = await person.createProject();
    const through: Call = () =>
      timeToText(person.send({ projectId, text: TEXT, keyProvider: "personal" }), /"type":"text-delta"/);
    const direct: Call = () => timeToText(askStandIn(standIn.url), /text_delta/);

    process.stdout.write(`  warming up with ${WARM_UP_CALLS} messages\n`);
    await inParallel(through, WARM_UP_CALLS, 10);
    await inParallel(direct, WARM_UP_CALLS / 4, 10);

    const rows: BenchRow[] = [];
    for (const [concurrency, aimMs, calls, rounds] of CONCURRENCIES) {
      const sample = (call: Call) => async () => median(await inParallel(call, calls, concurrency));
      const result = await alternate(sample(through), sample(direct), { warmUp: 1, rounds });
      rows.push({
        name: `time to first text delta, ${concurrency} at once: added`,
        value: result.difference,
        unit: "ms",
        baseline: result.b,
        ratio: result.ratio,
        aim: `at most ${aimMs} ms`,
        ok: result.difference <= aimMs,
      });
    }
    rows.push(await saturation(app.pid, through), memory(app.pid), await hangUps(person, projectId, standIn));
    return rows;
  } finally {
    await app.stop();
    await standIn.stop();
    await postgres.stop();
  }
}

function askStandIn(url: string): Promise<Response> {
  return fetch(`${url}/v1/messages`, {
    method: "POST",
    headers: { "content-type": "application/json", "anthropic-version": "2023-06-01", "x-api-key": KEY },
    body: JSON.stringify({
      model: "claude-haiku-4-5",
      max_tokens: 1000,
      stream: true,
      messages: [{ role: "user", content: TEXT }],
    }),
  });
}

async function timeToText(sent: Promise<Response>, pattern: RegExp): Promise<number> {
  const start = performance.now();
  const response = await sent;
  const decoder = new TextDecoder();
  let text = "";
  let first = Number.NaN;
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (Number.isNaN(first) && pattern.test(text)) first = performance.now() - start;
  }
  if (Number.isNaN(first)) throw new Error(`no text in the answer: ${response.status} ${text.slice(0, 300)}`);
  return first;
}

/** Makes `calls` calls, `concurrency` of them at a time. */
async function inParallel(call: Call, calls: number, concurrency: number): Promise<number[]> {
  const results: number[] = [];
  let left = calls;
  const worker = async () => {
    while (left-- > 0) results.push(await call());
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return results;
}

async function saturation(pid: number, through: Call): Promise<BenchRow> {
  const calls = 300;
  const before = cpuSeconds(pid);
  await inParallel(through, calls, 50);
  const value = calls / (cpuSeconds(pid) - before);
  return {
    name: "messages per CPU-second of the server",
    value,
    unit: "1/s",
    baseline: Number.NaN,
    ratio: Number.NaN,
    aim: "",
    ok: null,
  };
}

function memory(pid: number): BenchRow {
  const kB = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  return {
    name: "memory of the server after it (RSS)",
    value: kB / 1024,
    unit: "MB",
    baseline: Number.NaN,
    ratio: Number.NaN,
    aim: "",
    ok: null,
  };
}

/** User and system time of a process so far (proc(5): fields 14 and 15, in ticks of 10 ms). */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/**
 * How long after a client disconnects the provider's request ends: what continues is on the person's bill.
 */
async function hangUps(
  person: HttpPerson,
  projectId: string,
  standIn: Awaited<ReturnType<typeof startStandInProcess>>,
): Promise<BenchRow> {
  const delays: number[] = [];
  for (let attempt = 0; attempt < 10; attempt += 1) {
    await standIn.clearJournal();
    const hangUp = new AbortController();
    const response = await person.send({
      projectId,
      text: "long: 2000",
      keyProvider: "personal",
      signal: hangUp.signal,
    });
    const decoder = new TextDecoder();
    let text = "";
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (text.includes("text-delta")) break;
    }
    const at = Date.now();
    hangUp.abort();
    const [entry] = (await standIn.journal({ whenIdle: true })).entries;
    delays.push(
      entry?.aborted && entry.abortedAtMs !== null ? entry.abortedAtMs - at : Number.POSITIVE_INFINITY,
    );
  }
  const inTime = delays.filter((delay) => delay <= 50).length;
  return {
    name: `provider call ended within 50 ms of hanging up: ${inTime} of 10; slowest`,
    value: Math.max(...delays),
    unit: "ms",
    baseline: Number.NaN,
    ratio: Number.NaN,
    aim: "10 of 10",
    ok: inTime === 10,
  };
}
