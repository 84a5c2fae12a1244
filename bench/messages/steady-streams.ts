import { setTimeout as pause } from "node:timers/promises";
import { type ChatChunk, textOf } from "../../tests/support/http-person";
import { residentMegabytes } from "./process-costs";
import { askStandIn, type Sender } from "./sender";
import type { BenchInstallation } from "./start-installation";
import { timedAnswer } from "./time-to-text";

/** Each stream: 200 words, one every 25 ms. */
export const STREAM = { pace: "30,25", text: "long: 200" };
/** The streams begin within the time that one takes: people do not press Enter together. */
const ANSWER_MS = 5_000;
const DIRECT_EVERY_MS = 500;
const MEMORY_EVERY_MS = 1_000;

export interface SteadyStreams {
  /** Answers that arrived whole. */
  answers: number;
  /** What went wrong, one sentence for each message. */
  errors: string[];
  /** Milliseconds to the first text: through the product, and directly from the stand-in meanwhile. */
  firstText: { through: number[]; direct: number[] };
  /** Memory of the server, once a second (RSS, MB). */
  memory: number[];
}

/** As many streams at once as there are senders, each followed by the next, for so long. */
export async function steadyStreams(
  { app, standIn }: BenchInstallation,
  senders: Sender[],
  forMs: number,
): Promise<SteadyStreams> {
  const result: SteadyStreams = {
    answers: 0,
    errors: [],
    firstText: { through: [], direct: [] },
    memory: [],
  };
  const directly = () => timedAnswer(askStandIn(standIn.url, STREAM.text), /text_delta/);
  const expected = textOfStandIn((await directly()).text);
  const end = Date.now() + forMs;

  const stream = async (sender: Sender, index: number): Promise<void> => {
    await pause((index * ANSWER_MS) / senders.length);
    while (Date.now() < end) {
      try {
        const { text, firstMs } = await timedAnswer(sender.send(STREAM.text), /"type":"text-delta"/);
        const problem = problemIn(text, expected);
        if (problem) result.errors.push(problem);
        else result.answers += 1;
        result.firstText.through.push(firstMs);
      } catch (error) {
        result.errors.push(String(error));
        // What is refused at once is not asked for again at once.
        await pause(1_000);
      }
    }
  };
  const compare = async () => {
    while (Date.now() < end) {
      const [{ firstMs }] = await Promise.all([directly(), pause(DIRECT_EVERY_MS)]);
      result.firstText.direct.push(firstMs);
    }
  };
  const watchMemory = async () => {
    while (Date.now() < end) {
      await pause(MEMORY_EVERY_MS);
      result.memory.push(residentMegabytes(app.pid));
    }
  };
  await Promise.all([...senders.map(stream), compare(), watchMemory()]);
  return result;
}

/** @returns what is wrong with an answer of the product; undefined if it is whole */
function problemIn(body: string, expected: string): string | undefined {
  const chunks = eventsOf<ChatChunk>(body);
  if (chunks.some(({ type }) => type === "data-chat-error" || type === "error")) return "an error in it";
  if (textOf(chunks) !== expected) return "not the text that was sent";
  return body.includes('"outcome":"completed"') ? undefined : "not completed";
}

function textOfStandIn(body: string): string {
  return eventsOf<{ delta?: { text?: string } }>(body)
    .map(({ delta }) => delta?.text ?? "")
    .join("");
}

function eventsOf<Event>(body: string): Event[] {
  return body
    .split("\n")
    .filter((line) => line.startsWith("data: {"))
    .map((line) => JSON.parse(line.slice(6)) as Event);
}
