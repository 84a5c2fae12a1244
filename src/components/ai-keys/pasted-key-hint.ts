import type { ProviderFacts } from "@/contracts/provider";

/**
 * What a pasted text looks like when it does not look like a key of this provider. A hint, never a wall: providers change the shape of
 * their keys, and only they know which ones work.
 *
 * @param pasted the field's text as it is; white space around it is going to be dropped
 * @param providers all there are, to say whose key it looks like; null while they are not known
 * @returns one sentence, or null when there is nothing to say
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
  // Where nothing is known of how its keys begin, the placeholder is words.
  const beginning = /^(\S+)\.\.\.$/.exec(keyPlaceholder)?.[1];
  return beginning === undefined || key.startsWith(beginning)
    ? null
    : `${name} keys usually begin with ${beginning}. You can save this one all the same.`;
}

function named({ name }: ProviderFacts): string {
  return `${/^[AEIOU]/.test(name) ? "an" : "a"} ${name}`;
}
