import { isVisible } from "@/contracts/visible-text";

/**
 * Texts that have broken software: from the kinds of the Big List of Naughty Strings, and from reports about
 * products like this one. Written as escapes where an editor would hide or change them.
 */
export const naughtyTexts: readonly string[] = [
  // Look like nothing, or like something else
  "undefined",
  "null",
  "NaN",
  "true",
  "0",
  "-1",
  "1e1000",
  "0x0",
  "[object Object]",
  "{}",
  "[]",
  "constructor",
  "__proto__",
  "hasOwnProperty",
  // White space and invisible characters
  " inner  spaces ",
  "\u00a0no-break\u00a0",
  "\u2028line\u2029separators",
  "zero\u200bwidth\u200dspace",
  "\ufeffbyte order mark",
  "soft\u00adhyphen",
  "\u180e\u3000\u205f",
  // Control characters
  "tab\tinside",
  "line\nbreak",
  "carriage\r\nreturn",
  "nul\u0000byte",
  "bell\u0007 escape\u001b[31mred\u001b[0m",
  "delete\u007f",
  "next line\u0085",
  // Direction
  "\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd hello",
  "\u202ereversed\u202c",
  "\u2066isolated\u2069",
  // Beyond one UTF-16 unit
  "\u{1F469}\u200D\u{1F469}\u200D\u{1F467}\u200D\u{1F466}",
  "\u{1F3F4}\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}",
  "\u{1F1E9}\u{1F1EA}\u{1F44D}\u{1F3FF}",
  "\u{20BB7}\u{10FFFD}",
  "e\u0301 \u00e9 \u1e69 s\u0323\u0307",
  "Z\u0351\u036b\u0343\u036a\u0302a\u0321\u0302l\u0348\u0321g\u0321\u0359o\u0321",
  "\ufdfd \u0e53 \uff34\uff28\uff25",
  "\ufffe\uffff",
  // Broken Unicode
  "\ud800",
  "lone \udc00 half",
  // Other languages' quotation
  '\'; DROP TABLE "user"; --',
  "1' OR '1'='1",
  "$$; select pg_sleep(9); $$",
  "\\x00\\u0000\\0",
  "C:\\path\\to\\nothing",
  "../../../../etc/passwd",
  "%00%0a%2e%2e%2f",
  "%s%s%n %d {0} ${7*7} {{7*7}} #{7*7} <%= 7*7 %>",
  "$(touch /tmp/naughty) `touch /tmp/naughty` ; ls | cat",
  "() { 0; }; touch /tmp/naughty",
  // Markup
  "<script>alert('naughty')</script>",
  "\"><img src=x onerror=alert('naughty')>",
  "</title></textarea><svg onload=alert('naughty')>",
  "javascript:alert('naughty')",
  "[naughty](javascript:alert(1)) ![x](data:text/html,naughty)",
  '<!--#exec cmd="ls"--><![CDATA[naughty]]>',
  "&lt;b&gt; &amp; &#x00; &quot;",
  // Lines of a log
  'x"}\n{"level":60,"msg":"forged"}',
  "\r\n2026-01-01 ERROR forged",
  "${jndi:ldap://127.0.0.1/a}",
  // Headers
  "x\r\nset-cookie: naughty=1",
];

/**
 * Whether a one-line field (a name, a title) may hold it: what cannot be seen, and broken Unicode, are
 * refused there.
 */
export function fitsOneLine(text: string): boolean {
  return text.trim() !== "" && isVisible(text.trim());
}
