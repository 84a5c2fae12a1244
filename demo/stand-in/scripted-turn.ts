/** One turn of the scripted model: perhaps some thinking, some text, then perhaps tool calls. */
export interface ScriptedTurn {
  text: string;
  calls?: readonly ToolCall[];
  thinking?: string;
  /** Cut short because the provider refuses this content. */
  refused?: boolean;
}

interface ToolCall {
  name: string;
  input: Record<string, unknown>;
}
