import type { BenchRow } from "../bench-row";
import type { Sender } from "./sender";
import type { BenchInstallation } from "./start-installation";

const ATTEMPTS = 10;
const AIM_MS = 50;

/**
 * How long after a person stops an answer, or disconnects, the provider's request ends: what continues is on
 * their bill. By the clock of the stand-in's journal.
 */
export async function benchAborts(
  { standIn }: Pick<BenchInstallation, "standIn">,
  sender: Sender,
): Promise<BenchRow[]> {
  const delaysOf = async (end: (runId: string | null, hangUp: () => void) => unknown): Promise<number[]> => {
    const delays: number[] = [];
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      await standIn.clearJournal();
      // The answer before may not be stored yet, and its thread is busy until then.
      sender.newThread();
      const hangUp = new AbortController();
      const response = await sender.send("long: 20000", hangUp.signal);
      const reader = await readToText(response);
      const at = nowMs();
      await end(response.headers.get("x-run-id"), () => hangUp.abort());
      const [entry] = (await standIn.journal({ whenIdle: true })).entries;
      delays.push((entry?.abortedAtMs ?? Number.POSITIVE_INFINITY) - at);
      await reader.cancel().catch(() => undefined);
    }
    return delays;
  };
  return [
    row(
      "stopping",
      await delaysOf(async (runId) => {
        const stopped = await sender.person.stopRun(runId);
        if (stopped !== true) throw new Error(`stopping a run answered ${stopped}`);
      }),
    ),
    row("hanging up", await delaysOf((_runId, hangUp) => hangUp())),
  ];
}

async function readToText(response: Response): Promise<ReadableStreamDefaultReader<Uint8Array>> {
  if (!response.body) throw new Error(`an answer without a body: ${response.status}`);
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  for (let text = ""; !text.includes("text-delta"); ) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`no text in the answer: ${response.status} ${text.slice(0, 300)}`);
    text += decoder.decode(value, { stream: true });
  }
  return reader;
}

/** On the clock of the journal (demo/stand-in/request-journal.ts). */
function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

function row(what: string, delays: number[]): BenchRow {
  const inTime = delays.filter((delay) => delay <= AIM_MS).length;
  return {
    name: `provider call ended within ${AIM_MS} ms of ${what}: ${inTime} of ${ATTEMPTS}; slowest`,
    value: Math.max(...delays),
    unit: "ms",
    baseline: Number.NaN,
    ratio: Number.NaN,
    aim: `${ATTEMPTS} of ${ATTEMPTS}`,
    ok: inTime === ATTEMPTS,
  };
}
