/**
 * What a pasted text looks like when it does not look like an Anthropic key. A hint, never a wall: providers change the
 * shape of their keys, and only they know which ones work.
 *
 * @param pasted the field's text as it is; white space around it is going to be dropped
 * @returns one sentence, or null when there is nothing to say
 */
export function pastedKeyHint(pasted: string): string | null {
  const key = pasted.trim();
  if (key === "" || key.startsWith("sk-ant-")) return hintOfAnthropicKey(key);
  // OpenRouter's keys begin like OpenAI's: the longer prefix first.
  if (key.startsWith("sk-or-"))
    return "This looks like an OpenRouter key. You can save it, but Anthropic will not accept it.";
  if (/^sk-(proj|svcacct|admin|None)-/.test(key) || /^sk-[A-Za-z0-9]{32,}$/.test(key)) {
    return "This looks like an OpenAI key. You can save it, but Anthropic will not accept it.";
  }
  if (/\s/.test(key)) return "There is a space or a line break inside. Copy the key again, in one piece.";
  return "Anthropic keys usually begin with sk-ant-. You can save this one all the same.";
}

function hintOfAnthropicKey(key: string): string | null {
  if (key.startsWith("sk-ant-admin"))
    return "This looks like an Anthropic admin key, which cannot answer messages. Use an API key.";
  if (key.startsWith("sk-ant-oat"))
    return "This looks like a login token of an Anthropic program. Use an API key from the Anthropic Console.";
  if (/\s/.test(key)) return "There is a space or a line break inside. Copy the key again, in one piece.";
  return null;
}
