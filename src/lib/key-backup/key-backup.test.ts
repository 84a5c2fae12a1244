import { randomBytes } from "node:crypto";
import * as fc from "fast-check";
import { assert, beforeAll, describe, expect, test } from "vitest";
import { combineShares } from "./combine-shares";
import { DamagedShare, MixedShares } from "./errors";
import { makeShares } from "./make-shares";
import { looksLikeShare } from "./share-text";
import { bytesOf, forgedShare, refusal, rowsOf } from "./test-support";
import vectors from "./vectors/shares-v1.json" with { type: "json" };

const keyOf = (id: string) => ({ id, hex: randomBytes(32).toString("hex") });
const KEYS = [keyOf("k2"), keyOf("k1")];

/** Any 3 of 5. */
let set: string[];
/** Another set of the same keys. */
let otherSet: string[];
beforeAll(async () => {
  set = await makeShares({ keys: KEYS }, { shares: 5, threshold: 3 });
  otherSet = await makeShares({ keys: KEYS }, { shares: 5, threshold: 3 });
});

function share(number: number, from = set): string {
  const text = from[number - 1];
  assert(text !== undefined);
  return text;
}

function subsets<T>(items: readonly T[], size: number): T[][] {
  if (size === 0) return [[]];
  return items.flatMap((item, index) =>
    subsets(items.slice(index + 1), size - 1).map((rest) => [item, ...rest]),
  );
}

/** The damage found in a text used as share 2. */
async function damage(text: string): Promise<DamagedShare> {
  const error = await refusal(combineShares([text, share(1), share(3)], ["two.txt"]));
  assert(error instanceof DamagedShare, `expected a damaged share, got ${error.code}`);
  return error;
}

/** Share 2 with different lines. */
function withRows(change: (rows: string[]) => string[]): string {
  const rows = rowsOf(share(2));
  return share(2).replace(rows.join("\n"), change([...rows]).join("\n"));
}

describe("shares restore the keys", () => {
  test("any ring, any numbers: every k shares restore it, in any order, and no k-1 do", async () => {
    const ring = fc.uniqueArray(fc.stringMatching(/^[a-z0-9_-]{1,32}$/), { minLength: 1, maxLength: 5 });
    const numbers = fc
      .integer({ min: 2, max: 6 })
      .chain((shares) => fc.tuple(fc.constant(shares), fc.integer({ min: 2, max: shares })));
    await fc.assert(
      fc.asyncProperty(ring, numbers, async (ids, [shares, threshold]) => {
        const keys = ids.map(keyOf);
        const texts = await makeShares({ keys }, { shares, threshold });
        expect(texts).toHaveLength(shares);
        for (const chosen of subsets(texts, threshold)) {
          expect((await combineShares(chosen.toReversed())).keys).toEqual(keys);
        }
        for (const chosen of subsets(texts, threshold - 1)) {
          const error = await refusal(combineShares(chosen));
          expect(error).toMatchObject({ code: "shares_too_few", present: threshold - 1, needed: threshold });
        }
      }),
      { numRuns: 25 },
    );
  });

  test("16 shares, all of them needed, of a full ring of 64 keys with long ids", async () => {
    const keys = Array.from({ length: 64 }, (_, index) => keyOf(`${index}`.padStart(32, "k")));
    const texts = await makeShares({ keys }, { shares: 16, threshold: 16 });
    expect((await combineShares(texts)).keys).toEqual(keys);
  });

  test("more shares than needed restore as well, and it says which were used", async () => {
    const restored = await combineShares([share(5), share(1), share(2), share(4)]);
    expect(restored).toMatchObject({ keys: KEYS, shares: 5, threshold: 3, used: [1, 2, 4, 5] });
    expect(restored.created).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect(restored.set).toMatch(/^([0-9a-f]{4}-){3}[0-9a-f]{4}$/);
  });

  test("keys in capital letters come back in small ones: the same key", async () => {
    const keys = KEYS.map(({ id, hex }) => ({ id, hex: hex.toUpperCase() }));
    expect((await combineShares(await makeShares({ keys }, { shares: 2, threshold: 2 }))).keys).toEqual(KEYS);
  });

  test("a share tells a person what it is", () => {
    expect(share(2)).toContain("Share 2 of 5, any 3 restore.");
    expect(share(2)).toContain("Key ids  k2, k1\n");
    expect(share(2)).toMatch(/\nSet {6}([0-9a-f]{4}-){3}[0-9a-f]{4}\nMade {5}20\d\d-\d\d-\d\d\n/);
    expect(share(2)).toContain("npm run vault -- recover");
    expect(
      Math.max(
        ...share(2)
          .split("\n")
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(80);
  });

  test("a share holds no key, and two sets of the same keys have nothing in common but the header", () => {
    const digits = bytesOf(share(1)).toString("hex");
    for (const { hex } of KEYS) expect(digits).not.toContain(hex.slice(0, 8));
    const other = new Set(rowsOf(share(1, otherSet)).map((row) => row.slice(4, 40)));
    expect(rowsOf(share(1)).filter((row) => other.has(row.slice(4, 40)))).toEqual([]);
  });

  const badNumbers = [
    [1, 1],
    [5, 1],
    [2, 3],
    [17, 3],
    [0, 0],
    [2.5, 2],
    [Number.NaN, 2],
    [3, Number.NaN],
  ] as const;
  test.each(badNumbers)("%d shares with a threshold of %d are not made", async (shares, threshold) => {
    const error = await refusal(makeShares({ keys: KEYS }, { shares, threshold }));
    expect(error.code).toBe("backup_options_invalid");
  });

  const badKeys: [string, { id: string; hex: string }[]][] = [
    ["no key", []],
    ["too many keys", Array.from({ length: 65 }, (_, index) => keyOf(`k${index}`))],
    ["an id with capital letters", [keyOf("K1")]],
    ["an empty id", [keyOf("")]],
    ["a short key", [{ id: "k1", hex: "ab".repeat(31) }]],
    ["a key with a wrong digit", [{ id: "k1", hex: `${"ab".repeat(31)}ax` }]],
    ["two keys with one id", [keyOf("k1"), keyOf("k1")]],
  ];
  test.each(badKeys)("%s: not backed up", async (_, keys) => {
    const error = await refusal(makeShares({ keys }, { shares: 2, threshold: 2 }));
    expect(error.code).toBe("backup_options_invalid");
    for (const { hex } of keys) expect(error.message).not.toContain(hex.slice(0, 8));
  });
});

describe("a share as people treat it still restores", () => {
  const treatments: [string, (text: string) => string][] = [
    ["line ends of Windows", (text) => text.replaceAll("\n", "\r\n")],
    ["line ends of old Macs", (text) => text.replaceAll("\n", "\r")],
    ["capital letters", (text) => text.toUpperCase()],
    ["small letters", (text) => text.toLowerCase()],
    [
      "no white space in its lines",
      (text) =>
        text
          .split("\n")
          .map((line) => (line.includes("=") ? line.replaceAll(" ", "") : line))
          .join("\n"),
    ],
    [
      "tabs, no-break spaces and empty lines",
      (text) => text.replaceAll(" ", "\t\u00a0").replaceAll("\n", " \n\n  "),
    ],
    [
      "a byte order mark and text around it",
      (text) => `\ufeffDear Ann,\nhere is 01: mine\n${text}\n02: bye\nBob`,
    ],
    [
      "only the part from BEGIN to END",
      (text) => text.slice(text.indexOf("-----BEGIN"), text.lastIndexOf("-----")),
    ],
    ["dashes that a word processor made one", (text) => text.replaceAll("-----", "—")],
  ];
  test.each(treatments)("%s", async (_, treat) => {
    expect((await combineShares([1, 2, 3].map((number) => treat(share(number))))).keys).toEqual(KEYS);
  });
});

describe("a damaged share is refused, and the damage is named", () => {
  test("every character of every line, changed into digits, letters, white space and signs", async () => {
    const rows = rowsOf(share(2));
    for (const [index, row] of rows.entries()) {
      for (let at = 0; at < row.length; at += 1) {
        for (const wrong of "07afxO :=-") {
          const changed = row.slice(0, at) + wrong + row.slice(at + 1);
          if (changed.replaceAll(" ", "") === row.replaceAll(" ", "")) continue;
          const error = await damage(withRows((all) => all.with(index, changed)));
          if (!error.lines.includes(index + 1)) {
            assert.fail(`line ${index + 1}, character ${at}: named ${error.lines.join(", ")}`);
          }
        }
      }
    }
  });

  test("one wrong digit names exactly its line, the share and the file", async () => {
    const row = rowsOf(share(2))[6] ?? "";
    const wrong = row.replace(/.(?= = )/, (digit) => (digit === "9" ? "8" : "9"));
    const error = await damage(share(2).replace(row, wrong));
    expect(error).toMatchObject({ code: "share_damaged", share: 2, lines: [7] });
    expect(error.message).toMatch(/^two\.txt \(share 2\) is damaged: line 7 cannot be read or is missing\./);
  });

  test("two digits that changed places", async () => {
    const rows = rowsOf(share(2));
    const index = rows.findIndex((row) => row[4] !== row[5]);
    const row = rows[index] ?? "";
    const swapped = row.slice(0, 4) + row[5] + row[4] + row.slice(6);
    expect((await damage(withRows((all) => all.with(index, swapped)))).lines).toContain(index + 1);
  });

  test("several wrong lines are named together", async () => {
    const error = await damage(
      withRows((rows) =>
        rows.map((row, index) => ([3, 6, 7, 8].includes(index) ? row.replace("=", "= x") : row)),
      ),
    );
    expect(error.lines).toEqual([4, 7, 8, 9]);
    expect(error.message).toContain("lines 4 and 7 to 9 cannot be read or are missing");
  });

  test("a line left out, a line written twice, two lines swapped", async () => {
    expect((await damage(withRows((rows) => rows.toSpliced(4, 1)))).lines).toEqual([5]);
    expect((await damage(withRows((rows) => rows.toSpliced(4, 0, rows[4] ?? "")))).lines).toEqual([5]);
    expect(
      (await damage(withRows((rows) => rows.with(4, rows[5] ?? "").with(5, rows[4] ?? "")))).lines,
    ).toEqual([5]);
  });

  test("something else between its lines or behind the last, and a number written in another way", async () => {
    const last = rowsOf(share(2)).length;
    expect((await damage(withRows((rows) => rows.toSpliced(4, 0, "see the other page")))).lines).toEqual([5]);
    expect((await damage(withRows((rows) => [...rows, "the end"]))).lines).toEqual([last]);
    expect((await damage(withRows((rows) => rows.with(4, `0${rows[4]}`)))).lines).toEqual([5]);
  });

  test("a line of another share, and one of another set", async () => {
    for (const foreign of [share(4), share(2, otherSet)]) {
      const error = await damage(withRows((rows) => rows.with(4, rowsOf(foreign)[4] ?? "")));
      expect(error.lines).toEqual([5]);
    }
  });

  test("cut off anywhere behind its first line", async () => {
    const begin = share(2).indexOf("02: ");
    const end = share(2).lastIndexOf("END ORCHESTRAL KEY SHARE") + "END ORCHESTRAL KEY SHAR".length;
    for (let length = begin; length <= end; length += 1) {
      expect((await damage(share(2).slice(0, length))).share).toBe(2);
    }
  });

  test("cut off in the middle it names the lines that are missing; at the very end, the line END", async () => {
    const last = rowsOf(share(2)).length;
    const cut = await damage(share(2).slice(0, share(2).indexOf("08: ")));
    expect(cut.lines).toEqual(Array.from({ length: last - 7 }, (_, index) => index + 8));
    const ended = await damage(share(2).slice(0, share(2).indexOf("-----END")));
    expect(ended.message).toContain('the line "END ORCHESTRAL KEY SHARE" is missing');
  });

  test("without its first line nobody can tell which share it is", async () => {
    const error = await damage(withRows((rows) => rows.slice(1)));
    expect(error).toMatchObject({ share: null, lines: [1] });
  });

  test("changed behind the back of the checksums of its lines, the one over all finds it", async () => {
    const bytes = bytesOf(share(2));
    bytes.writeUInt8(bytes.readUInt8(40) ^ 1, 40);
    const error = await damage(forgedShare(bytes.subarray(0, -16), bytes.subarray(-16)));
    expect(error).toMatchObject({ share: 2, lines: [] });
    expect(error.message).toContain("all together are not");
  });

  test("a header that cannot be", async () => {
    for (const [at, value] of [
      [1, 0],
      [1, 6],
      [2, 17],
      [3, 1],
      [3, 6],
    ] as const) {
      const content = bytesOf(share(2)).subarray(0, -16);
      content.writeUInt8(value, at);
      expect((await damage(forgedShare(content))).lines).toEqual([1]);
    }
  });
});

describe("texts that are no shares", () => {
  const texts: [string, () => string][] = [
    ["nothing", () => ""],
    ["a letter", () => "Dear Ann, the share is in the safe."],
    ["a share without its line BEGIN", () => share(1).replace("-BEGIN", "-BEGUN")],
    ["two shares in one text", () => share(1) + share(2)],
    ["a very long text", () => share(1) + " ".repeat(100_000)],
  ];
  test.each(texts)("%s", async (_, text) => {
    const error = await refusal(combineShares([text(), share(2), share(3)], ["a.txt"]));
    expect(error.code).toBe("share_not_recognized");
    expect(error.message).toMatch(/^a\.txt /);
  });

  test("a file in a folder can be told from a share before it is read", () => {
    expect([looksLikeShare(share(1)), looksLikeShare("read me")]).toEqual([true, false]);
  });

  test("a share of a later version is named as such", async () => {
    const content = bytesOf(share(2)).subarray(0, -16);
    content.writeUInt8(2, 0);
    const error = await refusal(combineShares([forgedShare(content), share(1), share(3)]));
    expect(error).toMatchObject({ code: "share_version_unknown", version: 2 });
  });
});

describe("shares that do not belong together", () => {
  test("of two sets: it says which file belongs where", async () => {
    const error = await refusal(
      combineShares([share(1), share(2, otherSet), share(3)], ["a.txt", "b.txt", "c.txt"]),
    );
    assert(error instanceof MixedShares);
    expect(error.code).toBe("shares_mixed");
    const [, first, second] = error.message.split("\n");
    const lines = [first, second].toSorted((a = "", b = "") => b.length - a.length);
    expect(lines[0]).toMatch(/Set [0-9a-f-]{19}, made .*: a\.txt \(share 1\), c\.txt \(share 3\)$/);
    expect(lines[1]).toMatch(/Set [0-9a-f-]{19}, made .*: b\.txt \(share 2\)$/);
  });

  test("also when one of the sets would be enough by itself", async () => {
    const error = await refusal(combineShares([share(1), share(2), share(3), share(4, otherSet)]));
    expect(error.code).toBe("shares_mixed");
  });

  test("the same share twice does not count twice, whatever it looks like", async () => {
    const error = await refusal(
      combineShares([share(1), share(2), share(2).toUpperCase()], ["a.txt", "b.txt", "c.txt"]),
    );
    expect(error).toMatchObject({ code: "share_repeated", share: 2 });
    expect(error.message).toContain("b.txt, c.txt");
  });

  test("too few say how many are here and how many are needed", async () => {
    expect((await refusal(combineShares([share(4), share(1)]))).message).toMatch(
      /^3 shares of set [0-9a-f-]{19} are needed, and 2 are here \(1, 4\); find 1 more\.$/,
    );
  });

  test("too few whose header was changed to need fewer restore nothing", async () => {
    const lowered = [share(1), share(2)].map((text) => {
      const content = bytesOf(text).subarray(0, -16);
      content.writeUInt8(2, 3);
      return forgedShare(content);
    });
    expect((await refusal(combineShares(lowered))).code).toBe("shares_checksum_wrong");
  });

  test("a forged share among genuine ones, any byte of it wrong, restores nothing", async () => {
    const content = bytesOf(share(2)).subarray(0, -16);
    for (let at = 16; at < content.length; at += 1) {
      const forged = Buffer.from(content);
      forged.writeUInt8(forged.readUInt8(at) ^ 0x55, at);
      const error = await refusal(combineShares([share(1), forgedShare(forged), share(3)]));
      expect(error.code).toBe("shares_checksum_wrong");
    }
  });

  test("a forged share that is longer, or sits at the place of another", async () => {
    const content = bytesOf(share(2)).subarray(0, -16);
    const longer = Buffer.concat([content, Buffer.from([7])]);
    longer.writeUInt16BE(longer.length - 16, 4);
    const sameplace = Buffer.from(content);
    sameplace.writeUInt8(
      bytesOf(share(1))
        .subarray(0, -16)
        .readUInt8(content.length - 1),
      content.length - 1,
    );
    for (const forged of [longer, sameplace]) {
      const error = await refusal(combineShares([share(1), forgedShare(forged), share(3)]));
      expect(error.code).toBe("shares_checksum_wrong");
    }
  });

  test("a set relabelled with the id of another is noticed: the id is inside as well", async () => {
    const relabelled = [1, 2, 3].map((number) => {
      const content = bytesOf(share(number)).subarray(0, -16);
      bytesOf(share(1, otherSet)).copy(content, 8, 8, 16);
      return forgedShare(content);
    });
    expect((await refusal(combineShares(relabelled))).code).toBe("shares_checksum_wrong");
  });
});

test("no error holds a key or a part of a share", async () => {
  const spoilt = share(2).replaceAll("= ", "= x");
  const errors = await Promise.all(
    [
      combineShares([share(1)]),
      combineShares([share(1), share(1)]),
      combineShares([share(1), share(2, otherSet)]),
      combineShares([spoilt]),
      combineShares([share(2).slice(0, share(2).indexOf("09: ") + 20)]),
      combineShares([share(2).replace("-BEGIN", "")]),
      combineShares([share(2).replace("04: ", "40: ")]),
    ].map(refusal),
  );
  const told = errors.map((error) => JSON.stringify(error) + String(error.stack)).join("\n");
  const contents = [share(1), share(2), share(2, otherSet)].map((text) =>
    bytesOf(text).subarray(16).toString("hex"),
  );
  for (const secret of [...contents, ...KEYS.map((key) => key.hex)]) {
    for (let at = 0; at + 8 <= secret.length; at += 1) {
      expect(told).not.toContain(secret.slice(at, at + 8));
      expect(told).not.toContain(`${secret.slice(at, at + 4)} ${secret.slice(at + 4, at + 8)}`);
    }
  }
  expect(new Set(errors.map((error) => error.code)).size).toBe(5);
});

describe("frozen shares of version 1 restore", () => {
  test.each(vectors.sets)("$name", async ({ keys, threshold, shares }) => {
    for (const chosen of subsets(shares, threshold)) {
      expect((await combineShares(chosen)).keys).toEqual(keys);
    }
  });
});
