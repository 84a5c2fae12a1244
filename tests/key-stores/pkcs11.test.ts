import { randomBytes } from "node:crypto";
import { afterAll, describe, expect, test } from "vitest";
import { pkcs11Key } from "@/lib/key-stores/pkcs11";
import {
  CONTEXT,
  FAILED,
  keyStoreBattery,
  REFUSED,
  refusal,
  refusedAs,
  tracesIn,
  UNAVAILABLE,
} from "./key-store-battery";
import { findSoftHsm, type SoftHsm, type Token, TokenFolder } from "./soft-hsm";

const softHsm = await findSoftHsm();
const absent = typeof softHsm === "string";
if (absent) {
  console.warn(`The PKCS#11 tests did NOT run: ${softHsm}.`);
}

describe.skipIf(absent)("a key in SoftHSM2", () => {
  const hsm = softHsm as SoftHsm; // nothing below runs without it, but vitest collects what is skipped
  const folder = absent ? null : new TokenFolder(hsm);
  const administrator = () => folder as TokenFolder; // the same
  const tokens = new Map<string, Token>();

  /** A token with the key "kek" in it, made once. */
  function token(label: string): Token {
    const known = tokens.get(label);
    if (known !== undefined) return known;
    const made = administrator().createToken(label);
    administrator().createKey(made, "kek");
    tokens.set(label, made);
    return made;
  }

  function keyOf(id: string, change: Partial<Parameters<typeof pkcs11Key>[0]> = {}) {
    const { label, pin } = token("battery");
    return pkcs11Key({ id, modulePath: hsm.driver, token: label, object: "kek", pin, ...change });
  }

  afterAll(() => folder?.remove());

  keyStoreBattery((id) => keyOf(id));

  test("its value cannot be read, by an administrator neither", () => {
    const { pkcs11 } = hsm;
    const readable = token("battery");
    administrator().inSession(readable, (module, session) => {
      const key = administrator().findKey(module, session, "kek");
      expect(() => module.C_GetAttributeValue(session, key, [{ type: pkcs11.CKA_VALUE }])).toThrow(
        "CKR_ATTRIBUTE_SENSITIVE",
      );
    });
  });

  test.each([
    ["that can be read out", { readable: true }, "can leave its token"],
    ["of 128 bits", { bytes: 16 }, "not an AES key of 256 bits"],
  ])("a key %s is refused", async (_, change, reason) => {
    const { label, pin } = token("unfit");
    const object = `unfit-${randomBytes(4).toString("hex")}`;
    administrator().createKey({ label, pin }, object, change);
    const error = await refusal(keyOf("kek-1", { token: label, pin, object }).wrap(randomBytes(32), CONTEXT));
    expect(`${error.constructor.name}:${error.code}`).toBe(REFUSED);
    expect(error.message).toContain(reason);
  });

  test("two keys of one label are refused, rather than one of them taken", async () => {
    const { label, pin } = token("twins");
    administrator().createKey({ label, pin }, "kek");
    const error = await refusal(keyOf("kek-1", { token: label, pin }).wrap(randomBytes(32), CONTEXT));
    expect(error.message).toContain("more than one secret key");
  });

  test("two tokens of one label are refused, rather than one of them taken", async () => {
    const { label, pin } = token("doubled");
    administrator().createEmptyToken(label);
    const error = await refusal(keyOf("kek-1", { token: label, pin }).wrap(randomBytes(32), CONTEXT));
    expect(error.message).toContain("more than one token");
  });

  test("an unclear failure of a token that cannot seal either is not read as a wrong ciphertext", async () => {
    const { label, pin } = token("half");
    administrator().createKey({ label, pin }, "opens-only", { encrypts: false });
    const kek = keyOf("kek-1", { token: label, pin, object: "opens-only" });
    expect(await refusedAs(kek.unwrap(randomBytes(60), CONTEXT))).toBe(UNAVAILABLE);
    expect(await refusedAs(kek.wrap(randomBytes(32), CONTEXT))).toBe(REFUSED);
  });

  test.each([
    ["a token that is not there", { token: "absent" }, UNAVAILABLE],
    ["a key that is not there", { object: "absent" }, REFUSED],
    ["a driver that is not there", { modulePath: "/usr/lib/absent.so" }, REFUSED],
    ["a file that is no driver", { modulePath: "/dev/null" }, REFUSED],
  ])("%s", async (_, change, expected) => {
    expect(await refusedAs(keyOf("kek-1", change).wrap(randomBytes(32), CONTEXT))).toBe(expected);
  });

  test("a wrong PIN is refused, and not tried again in this process, since tokens lock", async () => {
    const changing = token("changing");
    const wrongPin = "wrong-pin-of-a-stranger";
    const place = { token: changing.label, pin: wrongPin };
    const kek = keyOf("kek-1", place);
    const error = await refusal(kek.wrap(randomBytes(32), CONTEXT));
    expect(`${error.constructor.name}:${error.code}`).toBe(REFUSED);
    expect(error.message).toContain("PKCS11_PIN is wrong");
    expect(tracesIn(error, [wrongPin, changing.pin])).toEqual([]);

    // Now the PIN would be correct, and a new process could log in: so the refusal below is not the token's.
    administrator().changePin(changing, wrongPin);
    expect(await refusedAs(kek.wrap(randomBytes(32), CONTEXT))).toBe(REFUSED);
    await keyOf("kek-1", place).wrap(randomBytes(32), CONTEXT);
  });

  test("a key of the same label in another token does not open it", async () => {
    const other = token("another");
    const wrapped = await keyOf("kek-1").wrap(randomBytes(32), CONTEXT);
    const kek = keyOf("kek-1", { token: other.label, pin: other.pin });
    expect(await refusedAs(kek.unwrap(wrapped, CONTEXT))).toBe(FAILED);
  });

  test("errors hold neither the data key nor what was wrapped", async () => {
    const kek = keyOf("kek-1");
    const dataKey = randomBytes(32);
    const wrapped = await kek.wrap(dataKey, CONTEXT);
    const error = await refusal(kek.unwrap(wrapped, { ...CONTEXT, ownerId: "another" }));
    expect(tracesIn(error, [dataKey, wrapped, token("battery").pin])).toEqual([]);
  });

  describe("after an interruption it continues automatically", () => {
    test.each<[string, () => void]>([
      ["all sessions closed", () => administrator().closeAllSessions(token("battery"))],
      [
        "the driver stopped and started",
        () => {
          administrator().finalize();
          administrator().initialize();
        },
      ],
      ["the driver stopped", () => administrator().finalize()],
    ])("%s", async (_, interrupt) => {
      const kek = keyOf("kek-1");
      const dataKey = randomBytes(32);
      const wrapped = await kek.wrap(dataKey, CONTEXT);
      interrupt();
      expect(dataKey.equals(await kek.unwrap(wrapped, CONTEXT))).toBe(true);
      interrupt();
      expect(dataKey.equals(await kek.unwrap(await kek.wrap(dataKey, CONTEXT), CONTEXT))).toBe(true);
    });
  });

  test("50 people at once, while a token's sessions are closed under them", async () => {
    const kek = keyOf("kek-1");
    const results = await Promise.all(
      Array.from({ length: 50 }, async (_, person) => {
        const context = { ...CONTEXT, ownerId: `person-${person}` };
        const dataKey = randomBytes(32);
        const wrapped = await kek.wrap(dataKey, context);
        if (person % 10 === 0) administrator().closeAllSessions(token("battery"));
        return dataKey.equals(await kek.unwrap(wrapped, context));
      }),
    );
    expect(results).toEqual(Array.from({ length: 50 }, () => true));
  });
});
