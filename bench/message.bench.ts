import { randomBytes, randomUUID } from "node:crypto";
import { providerBaseUrls } from "../demo/stand-in/base-urls";
import { startAppServer } from "../tests/support/app-server";
import { HttpPerson, userMessage } from "../tests/support/http-person";
import { startRealPostgres } from "../tests/support/real-postgres";
import { startStandInProcess } from "../tests/support/stand-in-process";
import { TEST_LIMITS } from "../tests/support/test-limits";
import { alternate, type BenchRow, median } from "./bench-row";
import { cpuSeconds, residentMegabytes } from "./messages/process-costs";
import { startBareRoute } from "./messages/start-bare-route";
import { timeToText } from "./messages/time-to-text";

const KEY = "sk-ant-bench-personal-key-0000000000000001";
const TEXT = "say: This is a short answer of a few words, long enough to stream.";
/** For a look during work: `BENCH_QUICK=1` measures less, on code that is not yet compiled. */
const IS_QUICK = process.env["BENCH_QUICK"] === "1";
/** Calls before measuring: JIT compilation makes the first ones several times slower. */
const WARM_UP_CALLS = Number(process.env["BENCH_WARM_UP"] ?? (IS_QUICK ? 300 : 2000));
/** [concurrent calls, target for added milliseconds, calls of one sample, rounds] */
const CONCURRENCIES = [
  [1, 3, 20, IS_QUICK ? 3 : 9],
  [10, 8, 60, IS_QUICK ? 3 : 7],
  [50, 30, 150, IS_QUICK ? 3 : 5],
] as const;
/** As many as messages at the same time: each has a conversation of their own. */
const PEOPLE = 50;
/** A thread takes so many messages here before the next one begins. */
const THREAD_MESSAGES = 20;

/** @param worker which of those that call at the same time */
type Call = (worker: number) => Promise<number>;

/**
 * A message through the agent route (bearer token, session, project, personal key opened, agent, stream, both
 * messages stored in a thread), by many people, compared with the same request sent directly to the stand-in.
 */
export async function benchMessages(): Promise<BenchRow[]> {
  const postgres = await startRealPostgres();
  const standIn = await startStandInProcess(["--pace", "30,3", "--accept", KEY, "--no-bodies"]);
  const installation = {
    DATABASE_URL: await postgres.createDatabase(),
    BETTER_AUTH_SECRET: randomBytes(32).toString("hex"),
  };
  const app = await startAppServer({
    ...installation,
    ...providerBaseUrls(standIn.url),
    ...TEST_LIMITS,
    // Whoever hangs up stops the answer at once, as its Stop button does.
    RUN_GRACE_SECONDS: "0",
    LOG_LEVEL: "warn",
  });
  const bare = await startBareRoute({ BARE_BASE_URL: `${standIn.url}/v1`, BARE_API_KEY: KEY });
  try {
    const people = await Promise.all(
      Array.from({ length: PEOPLE }, async () => newSender(await HttpPerson.stored(app.url, installation))),
    );
    const through: Call = (worker) => {
      const sender = people[worker % PEOPLE];
      if (!sender) throw new Error("nobody to send");
      return timeToText(sender.send(TEXT), /"type":"text-delta"/);
    };
    const direct: Call = () => timeToText(askStandIn(standIn.url), /text_delta/);
    const bareCall: Call = () => timeToText(askBareRoute(bare.url), /"type":"text-delta"/);

    process.stdout.write(`  warming up with ${WARM_UP_CALLS} messages of ${PEOPLE} people\n`);
    await inParallel(through, WARM_UP_CALLS, 10);
    await inParallel(bareCall, WARM_UP_CALLS / 2, 10);
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
    rows.push(
      ...(await cpuRows({ pid: app.pid, call: through }, { pid: bare.pid, call: bareCall })),
      memory(app.pid),
      await hangUps(people[0] as Sender, standIn),
    );
    return rows;
  } finally {
    bare.stop();
    await app.stop();
    await standIn.stop();
    await postgres.stop();
  }
}

interface Sender {
  send(text: string, signal?: AbortSignal): Promise<Response>;
}

/** One person with a key, a project, and a thread that grows. */
async function newSender(person: HttpPerson): Promise<Sender> {
  await person.saveKey(KEY);
  const projectId = await person.createProject();
  let threadId = randomUUID();
  let sent = 0;
  let tokenAt = Date.now();
  return {
    async send(text, signal) {
      if (Date.now() - tokenAt > 10 * 60_000) {
        tokenAt = Date.now();
        await person.refreshToken();
      }
      sent += 1;
      if (sent % THREAD_MESSAGES === 0) threadId = randomUUID();
      const messages = [userMessage(text)];
      return person.send({
        projectId,
        threadId,
        messages,
        keyProvider: "personal",
        ...(signal && { signal }),
      });
    },
  };
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

function askBareRoute(url: string): Promise<Response> {
  return fetch(url, { method: "POST", body: JSON.stringify({ prompt: TEXT }) });
}

/** Makes `calls` calls, `concurrency` of them at a time. */
async function inParallel(call: Call, calls: number, concurrency: number): Promise<number[]> {
  const results: number[] = [];
  let left = calls;
  const work = async (worker: number) => {
    while (left-- > 0) results.push(await call(worker));
  };
  await Promise.all(Array.from({ length: concurrency }, (_, worker) => work(worker)));
  return results;
}

interface Measured {
  pid: number;
  call: Call;
}

/** What a message costs the server, beside the same of a route that does nothing but chat. */
async function cpuRows(ours: Measured, bare: Measured): Promise<BenchRow[]> {
  const calls = 300;
  const sample =
    ({ pid, call }: Measured) =>
    async () => {
      const before = cpuSeconds(pid);
      await inParallel(call, calls, 50);
      return ((cpuSeconds(pid) - before) * 1000) / calls;
    };
  const cost = await alternate(sample(ours), sample(bare), { warmUp: 1, rounds: IS_QUICK ? 2 : 5 });
  return [
    {
      name: "CPU of the server for a message, beside a bare AI SDK route",
      value: cost.a,
      unit: "ms",
      baseline: cost.b,
      ratio: cost.ratio,
      aim: "at most 5 ms",
      ok: cost.a <= 5,
    },
    {
      name: "messages per CPU-second, beside a bare AI SDK route",
      value: 1000 / cost.a,
      unit: "1/s",
      baseline: 1000 / cost.b,
      ratio: cost.b / cost.a,
      aim: "",
      ok: null,
    },
  ];
}

function memory(pid: number): BenchRow {
  const value = residentMegabytes(pid);
  return {
    name: "memory of the server after 50 streams at once (RSS)",
    value,
    unit: "MB",
    baseline: Number.NaN,
    ratio: Number.NaN,
    aim: "at most 350 MB",
    ok: value <= 350,
  };
}

/**
 * How long after a client disconnects the provider's request ends: what continues is on the person's bill.
 */
async function hangUps(
  sender: Sender,
  standIn: Awaited<ReturnType<typeof startStandInProcess>>,
): Promise<BenchRow> {
  const delays: number[] = [];
  for (let attempt = 0; attempt < 10; attempt += 1) {
    await standIn.clearJournal();
    const hangUp = new AbortController();
    const response = await sender.send("long: 2000", hangUp.signal);
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
