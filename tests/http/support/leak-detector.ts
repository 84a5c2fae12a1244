/** Length of the parts to search for: far beyond chance, and a truncated secret is still found. */
const WINDOW = 12;

export interface Leak {
  secret: string;
  form: string;
  where: string;
}

/** Something to search: text, or the bytes of a file. */
export interface Haystack {
  where: string;
  content: string | Uint8Array;
}

/** The forms a secret could be written in, by name. */
function formsOf(secret: string): [form: string, text: string][] {
  const bytes = Buffer.from(secret, "utf8");
  const reversed = Array.from(secret).toReversed().join("");
  return [
    ["plain", secret],
    ["reversed", reversed],
    ["hex", bytes.toString("hex")],
    ["HEX", bytes.toString("hex").toUpperCase()],
    ["URL-encoded", encodeURIComponent(secret)],
    ["JSON in JSON", JSON.stringify(JSON.stringify(secret)).slice(3, -3)],
    // Inside a longer text a secret begins at any of three places of a base64 group.
    ...[0, 1, 2].flatMap((phase): [string, string][] => {
      const encoded = Buffer.concat([Buffer.alloc(phase), bytes]).toString("base64");
      // The characters at both ends also hold bits of the adjacent text.
      const own = encoded.slice(phase === 0 ? 0 : 4, -4);
      return [
        [`base64, phase ${phase}`, own],
        [`base64url, phase ${phase}`, own.replaceAll("+", "-").replaceAll("/", "_")],
      ];
    }),
  ];
}

/**
 * Finds secrets wherever and however they were written: every stretch of twelve characters, plain, reversed,
 * in hex, base64 (three phases), base64url, URL-encoded and in nested JSON. Finds by construction only what
 * it is given.
 */
export class LeakDetector {
  readonly #windows = new Map<string, { secret: string; form: string }>();
  /**
   * One bit for each hash of a window's first four bytes, so that almost every position is skipped at once.
   */
  readonly #beginnings = new Uint8Array(1 << 17);

  /**
   * @param secrets name and text, at least 24 characters each, of characters a person would not write by
   * chance
   */
  constructor(secrets: Record<string, string>) {
    for (const [secret, text] of Object.entries(secrets)) {
      if (text.length < 24) throw new RangeError(`${secret} is too short to be looked for`);
      for (const [form, written] of formsOf(text)) this.#learn(secret, form, written);
    }
  }

  #learn(secret: string, form: string, written: string): void {
    const bytes = Buffer.from(written, "latin1");
    for (let at = 0; at + WINDOW <= written.length; at++) {
      const window = written.slice(at, at + WINDOW);
      if (this.#windows.has(window)) continue;
      this.#windows.set(window, { secret, form });
      const hash = hashAt(bytes, at);
      this.#beginnings[hash >>> 3] = (this.#beginnings[hash >>> 3] ?? 0) | (1 << (hash & 7));
    }
  }

  /** Each secret, form and place once. */
  search(haystacks: Iterable<Haystack>): Leak[] {
    const found = new Map<string, Leak>();
    for (const { where, content } of haystacks) {
      const bytes = typeof content === "string" ? Buffer.from(content, "utf8") : Buffer.from(content);
      for (let at = 0; at + WINDOW <= bytes.length; at++) {
        const hash = hashAt(bytes, at);
        if (((this.#beginnings[hash >>> 3] ?? 0) & (1 << (hash & 7))) === 0) continue;
        const known = this.#windows.get(bytes.toString("latin1", at, at + WINDOW));
        if (known) found.set(`${known.secret}|${known.form}|${where}`, { ...known, where });
      }
    }
    return [...found.values()];
  }
}

function hashAt(bytes: Uint8Array, at: number): number {
  const word =
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24);
  return Math.imul(word, 0x9e3779b1) >>> 12;
}
