/**
 * Error messages saying that a model cannot call tools, without which the agent cannot work: Ollama ("does
 * not support tools"), vLLM ("\"auto\" tool choice requires --enable-auto-tool-choice ..."), llama.cpp
 * ("tools param requires --jinja flag"), Gemini ("Function calling is not enabled for ..."), gateways ("tool
 * use is not supported by this model").
 */
const NO_TOOLS = new RegExp(
  [
    "(does not|doesn't) support (the )?(tools?\\b|tool[ _-](use|calling|calls|choice)|function[ _-]call(ing|s)?)",
    "(tools?|tool[ _-](use|calling|calls)|function[ _-]call(ing|s)?) (is|are) not (supported|enabled|available)",
    "tool choice requires|tools param requires",
    "不支持.{0,6}(工具|函数)调用",
  ].join("|"),
  "i",
);

export function saysCannotUseTools(text: string): boolean {
  return NO_TOOLS.test(text);
}
