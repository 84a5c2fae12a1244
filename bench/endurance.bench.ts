import { type BenchRow, median } from "./bench-row";
import { startInstallation } from "./messages/start-installation";
import { STREAM, type SteadyStreams, steadyStreams } from "./messages/steady-streams";

const STREAMS = 50;
/** On each database; `BENCH_QUICK=1` is a look during work, too short to say that memory is flat. */
const MINUTES = process.env["BENCH_QUICK"] === "1" ? 1 : 10;
/** Memory may be so many times what it was after the first minute, at the end. */
const FLAT = 1.1;

const DATABASES = [
  { database: "Postgres", mostMegabytes: 350 },
  // The database is in the server's memory too.
  { database: "PGlite", mostMegabytes: null },
] as const;

/** Fifty answers of 200 words at a time, one word every 25 ms, for ten minutes on each database. */
export async function benchEndurance(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const { database, mostMegabytes } of DATABASES) {
    process.stdout.write(`  ${STREAMS} streams for ${MINUTES} minutes on ${database}\n`);
    const installation = await startInstallation({ database, pace: STREAM.pace });
    try {
      const senders = await installation.senders(STREAMS);
      const streams = await steadyStreams(installation, senders, MINUTES * 60_000);
      rows.push(...rowsOf(database, streams, mostMegabytes));
    } finally {
      await installation.stop();
    }
  }
  return rows;
}

function rowsOf(
  database: string,
  { answers, errors, firstText, memory }: SteadyStreams,
  mostMegabytes: number | null,
): BenchRow[] {
  for (const error of errors.slice(0, 5)) process.stdout.write(`  error: ${error}\n`);
  const none = { baseline: Number.NaN, ratio: Number.NaN };
  const most = Math.max(...memory);
  const [begin, end] = [median(memory.slice(45, 60)), median(memory.slice(-15))];
  const direct = median(firstText.direct);
  const through = median(firstText.through);
  return [
    {
      name: `${database}: errors in ${answers + errors.length} answers`,
      value: errors.length,
      unit: "",
      ...none,
      aim: "none",
      ok: errors.length === 0,
    },
    {
      name: `${database}: memory at the end, beside after one minute (RSS)`,
      value: end,
      unit: "MB",
      baseline: begin,
      ratio: end / begin,
      aim: `at most ${FLAT} times`,
      ok: MINUTES > 1 ? end / begin <= FLAT : null,
    },
    {
      name: `${database}: memory at its highest (RSS)`,
      value: most,
      unit: "MB",
      ...none,
      aim: mostMegabytes === null ? "" : `at most ${mostMegabytes} MB`,
      ok: mostMegabytes === null ? null : most <= mostMegabytes,
    },
    {
      name: `${database}: time to first text delta, ${STREAMS} streams: added`,
      value: through - direct,
      unit: "ms",
      baseline: direct,
      ratio: through / direct,
      aim: "at most 30 ms",
      ok: through - direct <= 30,
    },
  ];
}
