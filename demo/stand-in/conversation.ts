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

/** Builds a conversation from its messages and tool calls, added in order. */
export class ConversationBuilder {
  private userText = "";
  private steps: ToolStep[] = [];
  private cachedPrefix: string | null = null;
  private readonly writtenPaths: string[] = [];
  private readonly calls = new Map<string, Pick<ToolStep, "name" | "input">>();

  said(text: string): void {
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
    if (call) this.steps.push({ ...call, ...answer });
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
