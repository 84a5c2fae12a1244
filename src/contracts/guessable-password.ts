/**
 * The words most passwords are made of that were leaked and published, in lower case and without digits at
 * their ends. A guesser tries each with digits, signs and letters written as digits, so one entry stands for
 * "Passw0rd!" and "password123" alike. Words below five letters are left to the minimum length.
 */
const COMMON_WORDS = new Set(
  `password passwort passphrase pass passwd motdepasse contrasena contraseña senha parola wachtwoord
  geheim secret topsecret letmein letmeinnow login logmein welcome willkommen bienvenue hello hallo admin
  administrator root superuser guest default changeme changeit changethis master access user username test
  testing tester testtest example demo sample temp temporary dragon monkey shadow sunshine princess football
  baseball basketball soccer hockey superman batman spiderman starwars pokemon naruto minecraft fortnite
  iloveyou iloveu loveyou ilovegod lovely mylove trustno whatever freedom flower butterfly cookie
  chocolate cheese banana summer winter spring autumn sommer winter january february october november december
  monday friday sunday michael michelle jordan jessica jennifer ashley charlie daniel thomas andrew anthony
  matthew joshua robert george hunter killer mustang ferrari porsche mercedes corvette yankees liverpool
  chelsea arsenal barcelona juventus google facebook twitter instagram youtube linkedin microsoft windows
  internet computer samsung iphone android server database system network security qwert qwerty qwertz azerty
  qwertyui qwertyuiop qwertzuiop azertyuiop asdf asdfgh asdfghjk asdfghjkl asdfasdf zxcvbn zxcvbnm qazwsx
  qazwsxedc qweasd qweasdzxc qweqwe zaqxsw abc abcabc abcd abcdef abcdefg abcdefgh abcdefghi
  aaaaaa blahblah asshole fuckyou fuckme pussy biteme nothing nopassword
  mypassword yourpassword thepassword newpassword passpass orchestral orchestraladmin`.split(/\s+/),
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

const WRITTEN_AS_DIGITS: Record<string, string> = {
  "0": "o",
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "@": "a",
  $: "s",
  "!": "i",
};

/**
 * Whether a guesser would try this password first (NIST SP 800-63B, 5.1.1.2: compare with common and
 * context-specific values).
 *
 * @param about what is known of its owner: e-mail address, name
 */
export function isGuessablePassword(password: string, about: readonly (string | undefined)[] = []): boolean {
  const plain = password.toLowerCase();
  const [letters, unleeted] = [wordOf(plain), wordOf(lettersOfDigits(plain))];
  if (COMMON_WORDS.has(letters) || COMMON_WORDS.has(unleeted) || COMMON_WORDS.has(halfOf(letters)))
    return true;
  if (isRepeated(plain) || SEQUENCES.some((row) => row.includes(plain))) return true;
  return about.some((text) => text !== undefined && namesOf(text).some((name) => isJust(plain, name)));
}

/** Without signs and without digits at the ends: "P4ss-word_99!" is "p4ssword". */
function wordOf(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]/gu, "").replaceAll(/^\p{N}+|\p{N}+$/gu, "");
}

function lettersOfDigits(text: string): string {
  // Digits at the end are a number, as a rule: "passw0rd123".
  return text.replace(/[\d!]+$/, "").replaceAll(/[013457@$!]/g, (sign) => WRITTEN_AS_DIGITS[sign] ?? sign);
}

/** "testtest" is "test". */
function halfOf(word: string): string {
  const half = word.slice(0, word.length / 2);
  return half + half === word ? half : "";
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
  const [a, b] = [wordOf(password), wordOf(name)];
  return b.length >= 3 && (password === name || a === b);
}
