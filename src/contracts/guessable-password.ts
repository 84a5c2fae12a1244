/**
 * The most common passwords of published leaks that have the eight characters a password needs. Only these
 * themselves: what is refused should be plain to the person who typed it.
 */
const COMMON = new Set(
  `password password1 password12 password123 passw0rd passwort passwort1 passphrase motdepasse contrasena
  wachtwoord qwerty123 qwerty1234 qwertyui admin123 admin1234 administrator welcome1 welcome123 letmein1
  letmein123 changeme changeme1 changeme123 changeit iloveyou iloveyou1 sunshine princess football baseball
  basketball superman batman123 starwars pokemon1 trustno1 whatever michelle jennifer liverpool computer
  internet asdfasdf abcd1234 abc12345 test1234 testtest user1234 guest123 secret123 dragon123 monkey123
  master123 google123 facebook linkedin orchestral orchestral1 orchestral123`.split(/\s+/),
);

/** Rows that fingers run along, forwards and backwards. */
const SEQUENCES = [
  "01234567890123456789",
  "abcdefghijklmnopqrstuvwxyz",
  "qwertyuiopasdfghjklzxcvbnm",
  "qwertzuiopasdfghjklyxcvbnm",
  "azertyuiopqsdfghjklmwxcvbn",
  "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
  "1q2w3e4r5t6y7u8i9o0p",
  "q1w2e3r4t5y6u7i8o9p0",
].flatMap((row) => [row, Array.from(row).toReversed().join("")]);

/**
 * Whether a guesser would try this password first (NIST SP 800-63B, 5.1.1.2: compare with common and
 * context-specific values).
 *
 * @param about what is known of its owner: e-mail address, name
 */
export function isGuessablePassword(password: string, about: readonly (string | undefined)[] = []): boolean {
  const plain = password.toLowerCase();
  if (COMMON.has(plain) || isRepeated(plain) || SEQUENCES.some((row) => row.includes(plain))) return true;
  return about.some((text) => text !== undefined && namesOf(text).some((name) => isJust(plain, name)));
}

/** One to four characters over and over: "11111111", "abab1abab1". Longer than 32, it is long at least. */
function isRepeated(text: string): boolean {
  return text.length <= 32 && /^([\x20-\x7e]{1,4})\1+$/.test(text);
}

/** An e-mail address, what is before its @, and each is taken for a name. */
function namesOf(text: string): string[] {
  const whole = text.trim().toLowerCase();
  const at = whole.indexOf("@");
  return at > 0 ? [whole, whole.slice(0, at)] : [whole];
}

function isJust(password: string, name: string): boolean {
  return name !== "" && (password === name || password === name.replaceAll(/[^\p{L}\p{N}]/gu, ""));
}
