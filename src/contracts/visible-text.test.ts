import { describe, expect, test } from "vitest";
import { aiKeyLabelSchema } from "./ai-keys";
import { profileSchema } from "./profile";
import { saveProjectSecretRequestSchema } from "./project-secrets";
import { projectNameSchema } from "./projects";
import { renameThreadRequestSchema } from "./threads";
import { isVisible, withoutInvisible } from "./visible-text";

const INVISIBLE: [string, string][] = [
  ["a right-to-left override", "invoice\u202efdp.exe"],
  ["an isolate", "a\u2066b\u2069"],
  ["a mark", "a\u200eb"],
  ["an Arabic letter mark", "a\u061cb"],
  ["a zero-width space", "src\u200b/index.ts"],
  ["a word joiner", "a\u2060b"],
  ["a byte order mark", "\ufeffa"],
  ["a soft hyphen", "in\u00addex"],
  ["a joiner between Latin letters", "in\u200ddex"],
  ["a non-joiner at the end", "index\u200c"],
  ["tags", "a\u{e0061}\u{e0062}"],
  ["a Hangul filler", "a\u3164"],
  ["a line separator", "a\u2028b"],
  ["a line break", "a\nb"],
  ["half a surrogate pair", "a\ud800"],
];

describe.each(INVISIBLE)("%s", (_what, text) => {
  test("is refused in every name a person gives", () => {
    expect(isVisible(text)).toBe(false);
    expect(projectNameSchema.safeParse(`x${text}x`).success).toBe(false);
    expect(aiKeyLabelSchema.safeParse(`x${text}x`).success).toBe(false);
    expect(renameThreadRequestSchema.safeParse({ title: `x${text}x` }).success).toBe(false);
    expect(profileSchema.safeParse({ name: `x${text}x` }).success).toBe(false);
    const secret = { name: "TOKEN", value: "x", note: `x${text}x` };
    expect(saveProjectSecretRequestSchema.safeParse(secret).success).toBe(false);
  });
});

test.each([
  "Plain",
  "Zoë's größtes Projekt – №1",
  "日本語 中文 한국어",
  "مشروع عربي",
  "می\u200cخواهم",
  "क्\u200dष",
  "👩\u200d👩\u200d👧 family",
  "🏳️\u200d🌈 and 👍🏽",
  "❤️\u200d🔥",
  "\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
])("%s is a name", (name) => {
  expect(isVisible(name)).toBe(true);
});

test("a title made from a message loses what cannot be seen", () => {
  expect(withoutInvisible("Build \u202ea\u200b counter\ufeff")).toBe("Build a counter");
});
