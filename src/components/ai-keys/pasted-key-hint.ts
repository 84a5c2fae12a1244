import type { ProviderFacts } from "@/contracts/provider";

const OTHER_PROGRAMS: [form: RegExp, sentence: string][] = [
  [/^sk-ant-admin/, "This looks like an Anthropic admin key, which cannot answer messages. Use an API key."],
  [
    /^sk-ant-oat/,
    "This looks like a login token of an Anthropic program. Use an API key from the Anthropic Console.",
  ],
  [/^sk-admin-/, "This looks like an OpenAI admin key, which cannot answer messages. Use an API key."],
];

/**
 * What a pasted text looks like when it does not look like a key of this provider. A hint, never a wall: providers change the shape of
 * their keys, and only they know which ones work.
 *
 * @param pasted the field's text as it is; white space around it is going to be dropped
 * @returns one sentence, or null when there is nothing to say
 */
export function pastedKeyHint(
  pasted: string,
  { name, keyPlaceholder, needsAddress }: Pick<ProviderFacts, "name" | "keyPlaceholder" | "needsAddress">,
): string | null {
  const key = pasted.trim();
  if (key === "") return null;
  if (/\s/.test(key)) return "There is a space or a line break inside. Copy the key again, in one piece.";
  const owner = ownerOf(key);
  if (needsAddress) {
    return owner && `This looks like ${owner.named} key. It would be sent to the address above.`;
  }
  if (owner && owner.name !== name) {
    return `This looks like ${owner.named} key. You can save it, but ${name} will not accept it.`;
  }
  const other = OTHER_PROGRAMS.find(([form]) => form.test(key));
  if (other) return other[1];
  // Where nothing is known of how its keys begin, the placeholder is words.
  const beginning = /^(\S+)\.\.\.$/.exec(keyPlaceholder)?.[1];
  return beginning === undefined || key.startsWith(beginning)
    ? null
    : `${name} keys usually begin with ${beginning}. You can save this one all the same.`;
}

/** Whose key it looks like. OpenRouter's and Anthropic's begin like OpenAI's: the longer beginning first. */
function ownerOf(key: string): { name: string; named: string } | null {
  if (key.startsWith("sk-ant-")) return { name: "Anthropic", named: "an Anthropic" };
  if (key.startsWith("sk-or-")) return { name: "OpenRouter", named: "an OpenRouter" };
  if (/^sk-(proj|svcacct|admin|None)-/.test(key) || /^sk-[A-Za-z0-9]{32,}$/.test(key)) {
    return { name: "OpenAI", named: "an OpenAI" };
  }
  return null;
}
