import { alternate, type BenchRow, median } from "./bench-row";
import { benchAborts } from "./messages/aborts";
import { cpuSeconds, residentMegabytes } from "./messages/process-costs";
import { askStandIn, KEY, type Sender } from "./messages/sender";
import { startBareRoute } from "./messages/start-bare-route";
import { startInstallation } from "./messages/start-installation";
import { timeToText } from "./messages/time-to-text";

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

/** @param worker which of those that call at the same time */
type Call = (worker: number) => Promise<number>;

/**
 * A message through the agent route (bearer token, session, project, personal key opened, agent, stream, both
 * messages stored in a thread), by many people, compared with the same request sent directly to the stand-in.
 */
export async function benchMessages(): Promise<BenchRow[]> {
  const installation = await startInstallation({
    database: "Postgres",
    pace: "30,3",
    // Whoever hangs up stops the answer at once, as its Stop button does.
    env: { RUN_GRACE_SECONDS: "0" },
  });
  const { app, standIn } = installation;
  const bare = await startBareRoute({ BARE_BASE_URL: `${standIn.url}/v1`, BARE_API_KEY: KEY });
  try {
    const people = await installation.senders(PEOPLE);
    const through: Call = (worker) => {
      const sender = people[worker % PEOPLE];
      if (!sender) throw new Error("nobody to send");
      return timeToText(sender.send(TEXT), /"type":"text-delta"/);
    };
    const direct: Call = () => timeToText(askStandIn(standIn.url, TEXT), /text_delta/);
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
      ...(await benchAborts(installation, people[0] as Sender)),
    );
    return rows;
  } finally {
    bare.stop();
    await installation.stop();
  }
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
    name: "memory of the server after these messages (RSS)",
    value,
    unit: "MB",
    baseline: Number.NaN,
    ratio: Number.NaN,
    aim: "at most 350 MB",
    ok: value <= 350,
  };
}
