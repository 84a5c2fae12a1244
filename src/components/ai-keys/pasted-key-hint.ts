import type { ProviderFacts } from "@/contracts/provider";

/**
 * Describes a pasted text that does not look like a key of this provider. A hint, never a rejection:
 * providers change the format of their keys, and only they know which ones work.
 *
 * @param pasted the raw text of the field; surrounding white space will be trimmed
 * @param providers all providers, to name the one whose key it looks like; null while loading
 * @returns one sentence, or null
 */
export function pastedKeyHint(
  pasted: string,
  { id, name, keyPlaceholder, needsAddress, otherSecrets }: ProviderFacts,
  providers: readonly ProviderFacts[] | null,
): string | null {
  const key = pasted.trim();
  if (key === "") return null;
  if (/\s/.test(key)) return "There is a space or a line break inside. Copy the key again, in one piece.";
  const owner = providers?.find(({ keyForm }) => keyForm !== null && new RegExp(keyForm).test(key));
  if (needsAddress) {
    return owner ? `This looks like ${named(owner)} key. It would be sent to the address above.` : null;
  }
  if (owner && owner.id !== id) {
    return `This looks like ${named(owner)} key. You can save it, but ${name} will not accept it.`;
  }
  const other = otherSecrets.find(({ form }) => new RegExp(form).test(key));
  if (other) return other.sentence;
  // If the prefix of its keys is unknown, the placeholder is words.
  const beginning = /^(\S+)\.\.\.$/.exec(keyPlaceholder)?.[1];
  return beginning === undefined || key.startsWith(beginning)
    ? null
    : `${name} keys usually begin with ${beginning}. You can save this one all the same.`;
}

function named({ name }: ProviderFacts): string {
  return `${/^[AEIOU]/.test(name) ? "an" : "a"} ${name}`;
}
