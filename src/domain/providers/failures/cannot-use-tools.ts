/**
 * Error messages saying that a model cannot call tools, without which the agent cannot work: Ollama ("does
 * not support tools"), vLLM ("\"auto\" tool choice requires --enable-auto-tool-choice ..."), llama.cpp
 * ("tools param requires --jinja flag").
 */
const NO_TOOLS =
  /does not support (tools|tool (use|calling)|function calling)|tool choice requires|tools param requires/i;

export function saysCannotUseTools(text: string): boolean {
  return NO_TOOLS.test(text);
}
