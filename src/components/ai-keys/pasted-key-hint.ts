import type { ProviderFacts } from "@/contracts/provider";

/** A hint, and the provider whose key the text looks like, if it is another one than this form's. */
export interface PastedKeyHint {
  sentence: string;
  owner: ProviderFacts | null;
}

/**
 * Describes a pasted text that does not look like a key of this provider. A hint, never a rejection:
 * providers change the format of their keys, and only they know which ones work.
 *
 * @param pasted the raw text of the field; surrounding white space will be trimmed
 * @param providers all providers, to name the one whose key it looks like; null while loading
 */
export function pastedKeyHint(
  pasted: string,
  { id, name, keyPlaceholder, needsAddress, otherSecrets }: ProviderFacts,
  providers: readonly ProviderFacts[] | null,
): PastedKeyHint | null {
  const key = pasted.trim();
  if (key === "") return null;
  if (/\s/.test(key))
    return only("There is a space or a line break inside. Copy the key again, in one piece.");
  const owner = providers?.find(({ keyForm }) => keyForm !== null && new RegExp(keyForm).test(key));
  if (needsAddress) {
    if (!owner) return null;
    return { sentence: `This looks like ${named(owner)} key. It would be sent to the address above.`, owner };
  }
  if (owner && owner.id !== id) {
    const sentence = `This looks like ${named(owner)} key. You can save it, but ${name} will not accept it.`;
    return { sentence, owner };
  }
  const other = otherSecrets.find(({ form }) => new RegExp(form).test(key));
  if (other) return only(other.sentence);
  // If the prefix of its keys is unknown, the placeholder is words.
  const beginning = /^(\S+)\.\.\.$/.exec(keyPlaceholder)?.[1];
  return beginning === undefined || key.startsWith(beginning)
    ? null
    : only(`${name} keys usually begin with ${beginning}. You can save this one all the same.`);
}

function only(sentence: string): PastedKeyHint {
  return { sentence, owner: null };
}

function named({ name }: ProviderFacts): string {
  return `${/^[AEIOU]/.test(name) ? "an" : "a"} ${name}`;
}
