/** One turn of the scripted model: perhaps some thinking, some text, then perhaps tool calls. */
export interface ScriptedTurn {
  text: string;
  calls?: readonly ToolCall[];
  thinking?: string;
  /** Ends at the length limit of an answer. */
  isCut?: boolean;
  /** Cut short because the provider refuses this content. */
  refused?: boolean;
}

interface ToolCall {
  name: string;
  input: Record<string, unknown>;
}
