export interface ToolStep {
  name: string;
  input: Record<string, unknown>;
  /** What the tool answered, as text. */
  result: string;
  failed: boolean;
}

/** Input for the scripted agent's next turn. */
export interface Conversation {
  /** The person's last text. */
  userText: string;
  /** Answered tool calls since then, oldest first. */
  steps: readonly ToolStep[];
  toolNames: ReadonlySet<string>;
  /** Paths given to writeFile anywhere in the conversation, oldest first. */
  writtenPaths: readonly string[];
  /**
   * The first message of the person that begins with "cached:" (see prompt-cache.ts); null if there is none.
   */
  cachedPrefix: string | null;
}

/** What a client tells the model beside a person's words. */
const CONTEXT = /\s*<context>[^<]*<\/context>\s*/g;

/** Builds a conversation from its messages and tool calls, added in order. */
export class ConversationBuilder {
  private userText = "";
  private steps: ToolStep[] = [];
  private cachedPrefix: string | null = null;
  private readonly writtenPaths: string[] = [];
  private readonly filesRead = new Map<string, string>();
  private readonly calls = new Map<string, Pick<ToolStep, "name" | "input">>();

  said(message: string): void {
    const text = message.replaceAll(CONTEXT, "");
    // Of a message in two texts, the one that is nobody's words.
    if (text === "" && message !== "") return;
    this.userText = text;
    this.steps = [];
    if (/^cached:/i.test(text)) this.cachedPrefix ??= text;
  }

  called(id: string, call: Pick<ToolStep, "name" | "input">): void {
    this.calls.set(id, call);
    if (call.name === "writeFile" && typeof call.input.path === "string")
      this.writtenPaths.push(call.input.path);
  }

  answered(id: string, answer: Pick<ToolStep, "result" | "failed">): void {
    const call = this.calls.get(id);
    if (!call) return;
    const result =
      call.name === "readFile" ? this.read(JSON.stringify(call.input), answer.result) : answer.result;
    this.steps.push({ ...call, ...answer, result });
  }

  /** Of a file that has not changed since, a client says only that. */
  private read(file: string, result: string): string {
    if (/"unchanged":/.test(result) && !/"content":/.test(result)) return this.filesRead.get(file) ?? result;
    this.filesRead.set(file, result);
    return result;
  }

  build(toolNames: Iterable<string>): Conversation {
    return {
      userText: this.userText.trim(),
      steps: this.steps,
      toolNames: new Set(toolNames),
      writtenPaths: this.writtenPaths,
      cachedPrefix: this.cachedPrefix,
    };
  }
}
