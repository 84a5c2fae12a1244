/** One turn of the scripted model: some text, then perhaps tool calls. */
export interface ScriptedTurn {
  text: string;
  calls?: readonly ToolCall[];
}

interface ToolCall {
  name: string;
  input: Record<string, unknown>;
}
