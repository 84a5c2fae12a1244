import type {
  LanguageModelV4FunctionTool,
  LanguageModelV4Prompt,
  LanguageModelV4ProviderTool,
  LanguageModelV4ToolCall,
} from "@ai-sdk/provider";
import { generateId, type LanguageModelMiddleware } from "ai";
import { type PartStep, withStep } from "@/domain/providers/wire/part-step";
import { readToolCallInput, unreadableInput } from "./tool-call-input";
import { toolCallName } from "./tool-call-name";

/**
 * Makes the tool calls of an answer such that whoever runs them and every later request can take them as they
 * are: arguments are a JSON object, names have the form all providers take, and an id is used once in a
 * conversation, although servers count theirs anew in each answer.
 */
export const tidyToolCalls: LanguageModelMiddleware = {
  wrapStream: async ({ doStream, params }) => {
    const names = new Set((params.tools ?? []).map(({ name }: Tool) => name));
    return withStep(await doStream(), tidying(idsIn(params.prompt), names));
  },
};

type Tool = LanguageModelV4FunctionTool | LanguageModelV4ProviderTool;

function idsIn(prompt: LanguageModelV4Prompt): Set<string> {
  const ids = new Set<string>();
  for (const message of prompt) {
    if (message.role !== "assistant") continue;
    for (const part of message.content) if (part.type === "tool-call") ids.add(part.toolCallId);
  }
  return ids;
}

function tidying(taken: Set<string>, tools: ReadonlySet<string>): PartStep {
  const open = new OpenCalls(taken);
  /** Whether their arguments broke off at the length limit is known when the answer ends. */
  const unreadable: LanguageModelV4ToolCall[] = [];
  return {
    accept(part, pass) {
      switch (part.type) {
        case "tool-input-start":
          pass({
            ...part,
            id: open.begin(part.id),
            toolName: toolCallName(part.toolName, tools),
          });
          return;
        // The call itself follows. Whoever puts it together from its pieces would have it as it was written.
        case "tool-input-end":
          return;
        case "tool-input-delta":
          pass({ ...part, id: open.write(part.id, part.delta) });
          return;
        case "tool-call": {
          const { id, written } = open.end(part.toolCallId);
          const given = readToolCallInput(part.input);
          // A client may put "{}" in the place of what it cannot read.
          const isReplaced = Object.keys(given).length === 0 && written !== "";
          const input = isReplaced ? readToolCallInput(written) : given;
          const call = {
            ...part,
            toolCallId: id,
            toolName: toolCallName(part.toolName, tools),
            input: isReplaced ? written : part.input,
          };
          if (unreadableInput(input) === null) pass({ ...call, input: JSON.stringify(input) });
          else unreadable.push(call);
          return;
        }
        case "finish": {
          const wasCut = part.finishReason.unified === "length";
          for (const call of unreadable) pass(withUnreadableInput(call, wasCut));
          unreadable.length = 0;
          pass(part);
          return;
        }
        default:
          pass(part);
      }
    },
    end(pass) {
      for (const call of unreadable) pass(withUnreadableInput(call, false));
    },
  };
}

function withUnreadableInput(call: LanguageModelV4ToolCall, wasCut: boolean): LanguageModelV4ToolCall {
  return { ...call, input: JSON.stringify(readToolCallInput(call.input, wasCut)) };
}

interface OpenCall {
  readonly id: string;
  /** Its arguments so far, as they arrived. */
  written: string;
}

/** The calls of one answer by the id their server gave them, which may be another call's too. */
class OpenCalls {
  readonly #taken: Set<string>;
  /** Begun and not yet complete, oldest first. */
  readonly #open = new Map<string, OpenCall[]>();

  constructor(taken: Set<string>) {
    this.#taken = taken;
  }

  begin(id: string): string {
    const own = this.#unused(id);
    this.#open.set(id, [...(this.#open.get(id) ?? []), { id: own, written: "" }]);
    return own;
  }

  /** @returns the call's own id */
  write(id: string, delta: string): string {
    const call = this.#open.get(id)?.at(-1);
    if (!call) return id;
    call.written += delta;
    return call.id;
  }

  end(id: string): OpenCall {
    return this.#open.get(id)?.shift() ?? { id: this.#unused(id), written: "" };
  }

  #unused(id: string): string {
    const own = this.#taken.has(id) ? `call_${generateId()}` : id;
    this.#taken.add(own);
    return own;
  }
}
