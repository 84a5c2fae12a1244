/**
 * Characters that nobody sees, but that make one name look like another: control characters, line and
 * paragraph separators, bidirectional controls, zero-width and other format characters, blank letters.
 */
const INVISIBLE = /[\p{Cc}\p{Cs}\p{Cf}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/u;

/**
 * Joiners are format characters too, and belong where they change what is seen: between emojis, and between
 * letters or marks of scripts that join (Persian, Hindi, ...).
 */
const JOINED =
  /(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\u200d(?=\p{Extended_Pictographic})|(?<=[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}])[\u200c\u200d](?=[\p{L}\p{M}])/gu;

/** The flags of England, Scotland and Wales: a black flag and a word in tags that cannot be seen. */
const FLAGS =
  /\u{1f3f4}\u{e0067}\u{e0062}(?:\u{e0065}\u{e006e}\u{e0067}|\u{e0073}\u{e0063}\u{e0074}|\u{e0077}\u{e006c}\u{e0073})\u{e007f}/gu;

/**
 * The rule for every name a person or a model gives to something: what is stored can be seen, and can be told
 * apart from what looks different.
 */
export function isVisible(name: string): boolean {
  return !INVISIBLE.test(name.replaceAll(FLAGS, "").replaceAll(JOINED, ""));
}

/** The same text without them, for a name made from a text of somebody's. */
export function withoutInvisible(text: string): string {
  return Array.from(text)
    .filter((character) => /[\u200c\u200d]/.test(character) || !INVISIBLE.test(character))
    .join("");
}
