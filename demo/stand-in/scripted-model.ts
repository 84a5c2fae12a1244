import { type Fixture, type FixtureResponse, LLMock } from "@copilotkit/aimock";
import type { ScriptedTurn } from "./scripted-turn";
import { tokensIn, type Usage } from "./usage";

/**
 * How fast answers come. "believable": 350 ms to the first token, then 70 tokens a second. "instant": no
 * delay at all. Or milliseconds, for measurements.
 */
export type Pace = "believable" | "instant" | { ttftMs: number; msPerToken: number };

export interface ScriptedModel {
  url: URL;
  /**
   * Prepares the answer to a request. The caller then sends the request to `url` with the ticket as the
   * `x-aimock-context` header, and afterwards calls `forget`.
   *
   * @returns the tokens of the answer
   */
  prepare(ticket: string, turn: ScriptedTurn, terms: Terms): Pick<Usage, "outputTokens" | "reasoningTokens">;
  forget(ticket: string): void;
  close(): Promise<void>;
}

/**
 * Characters in one streamed delta. Four is about one token of prose; file contents go in larger pieces, or a
 * demo would wait half a minute for a few files. aimock cuts by UTF-16 units, so a delta may end in half an
 * emoji; joined they are whole.
 */
const PROSE_DELTA = 4;
const TOOL_DELTA = 24;

/**
 * Starts aimock on a free port: it writes the wire formats of Anthropic, OpenAI and OpenRouter (both
 * streaming and whole), ids, stop reasons and the pace ("streaming physics"). Our script decides what it
 * says.
 *
 * Where aimock 1.43 falls short, and what is done about it:
 * - A response factory sees a normalised request in which the person's last words can be lost (see
 *   conversation.ts), so the answer is decided from the raw request and handed over under a ticket, in the
 *   header aimock matches fixtures by.
 * - A predicate cannot see the API key: keys are checked in front of it.
 * - It cannot report an error in mid-stream, break JSON inside a stream or stall: see interrupt-stream.ts.
 * - It does not notice that a client disconnected and keeps writing into the closed socket at the same pace
 *   until the answer would have ended. So only our own layer can detect an aborted request, and the timer of
 *   an abandoned answer keeps a process alive for that long: a process that wants to end has to call
 *   process.exit.
 * - Its usage has cached and reasoning tokens only for OpenRouter: see dialects/<provider>/reshape-answer.ts.
 */
export async function startScriptedModel(pace: Pace): Promise<ScriptedModel> {
  const turns = new Map<string, FixtureResponse & ScriptedResponse>();
  const turnOf = (ticket: unknown) => turns.get(String(ticket));
  const physics = streamingProfile(pace);
  const respond: Fixture["response"] = ({ _context: ticket }) => {
    const turn = turnOf(ticket);
    if (!turn) throw new Error("No answer was prepared for this request.");
    return turn;
  };
  // Our layer keeps the journal; one entry is aimock's minimum (0 means all).
  const server = new LLMock({ port: 0, host: "127.0.0.1", logLevel: "silent", journalMaxEntries: 1 });
  server.addFixtures([
    {
      match: { predicate: ({ _context: ticket }) => turnOf(ticket)?.toolCalls !== undefined },
      response: respond,
      chunkSize: TOOL_DELTA,
      openRouterProcessing: true,
      ...physics,
    },
    { match: {}, response: respond, chunkSize: PROSE_DELTA, openRouterProcessing: true, ...physics },
  ]);
  await server.start();
  return {
    url: new URL(server.url),
    prepare(ticket, turn, terms) {
      const response = responseFor(turn, terms);
      turns.set(ticket, response);
      const outputTokens = response.usage.output_tokens;
      return { outputTokens, reasoningTokens: turn.thinking ? tokensIn(turn.thinking.length) : 0 };
    },
    forget(ticket) {
      turns.delete(ticket);
    },
    close: () => server.stop(),
  };
}

interface Terms {
  inputTokens: number;
  maxTokens: number;
  /** Signature of the turn's thinking. */
  signature: string | undefined;
  /** Finish reason of a refused turn. */
  refusedFinishReason: string | null;
}

interface ScriptedResponse {
  content?: string;
  toolCalls?: { name: string; arguments: string }[];
  reasoning?: string;
  reasoningSignature?: string;
  finishReason?: string;
  usage: { input_tokens: number; output_tokens: number };
}

function responseFor(turn: ScriptedTurn, terms: Terms): FixtureResponse & ScriptedResponse {
  const { text, calls, thinking, refused } = turn;
  const { inputTokens, maxTokens, signature } = terms;
  const reasoning = {
    ...(thinking === undefined ? {} : { reasoning: thinking }),
    ...(thinking === undefined || signature === undefined ? {} : { reasoningSignature: signature }),
  };
  const thought = thinking === undefined ? 0 : tokensIn(thinking.length);
  const usageOf = (outputTokens: number) => ({
    input_tokens: inputTokens,
    output_tokens: outputTokens + thought,
  });
  if (calls && calls.length > 0) {
    const toolCalls = calls.map((call) => ({ name: call.name, arguments: JSON.stringify(call.input) }));
    const characters = toolCalls.reduce(
      (sum, call) => sum + call.name.length + call.arguments.length,
      text.length,
    );
    const usage = usageOf(tokensIn(characters));
    // An empty `content` would become an empty text block, which the real API never sends.
    return text ? { content: text, toolCalls, ...reasoning, usage } : { toolCalls, ...reasoning, usage };
  }
  const whole = tokensIn(text.length);
  if (whole > maxTokens || turn.isCut) {
    return {
      content: text.slice(0, maxTokens * 4),
      ...reasoning,
      finishReason: "length",
      usage: usageOf(Math.min(whole, maxTokens)),
    };
  }
  const finish = refused && terms.refusedFinishReason ? { finishReason: terms.refusedFinishReason } : {};
  return { content: text, ...reasoning, ...finish, usage: usageOf(whole) };
}

function streamingProfile(pace: Pace): Pick<Fixture, "streamingProfile"> {
  if (pace === "instant") return {};
  if (pace === "believable") return { streamingProfile: { ttft: 350, tps: 70 } };
  const tps = pace.msPerToken > 0 ? { tps: 1000 / pace.msPerToken } : {};
  return { streamingProfile: { ttft: pace.ttftMs, ...tps } };
}
