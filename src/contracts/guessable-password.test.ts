import { describe, expect, test } from "vitest";
import { isGuessablePassword } from "./guessable-password";

describe("a password that a guesser tries first", () => {
  test.each([
    "password",
    "Password1",
    "passw0rd",
    "PASSWORD",
    "12345678",
    "123456789",
    "87654321",
    "11111111",
    "abcdefgh",
    "abcd1234",
    "1q2w3e4r",
    "1qaz2wsx",
    "qwertyuiop",
    "qwerty123",
    "iloveyou",
    "letmein123",
    "changeme",
    "orchestral",
    "Orchestral123",
    "testtest",
    "abababab",
    "trustno1",
    "admin123",
    "        ",
  ])("%s", (password) => {
    expect(isGuessablePassword(password)).toBe(true);
  });

  test.each(["ada.lovelace@example.com", "ada.lovelace", "adalovelace", "Ada Lovelace", "AdaLovelace"])(
    "%s, of Ada Lovelace <ada.lovelace@example.com>",
    (password) => {
      expect(isGuessablePassword(password, ["ada.lovelace@example.com", "Ada Lovelace"])).toBe(true);
      expect(isGuessablePassword(password, ["grace@example.com", "Grace", undefined, ""])).toBe(false);
    },
  );
});

test.each([
  "correct horse battery staple",
  "a password of tomorrow",
  "another password",
  "long enough",
  "AdaLovelace2026!",
  " spaces at both ends ",
  "🔑🔑🔑🔑",
  "x".repeat(128),
  "ada likes engines",
])("%s is not among them", (password) => {
  expect(isGuessablePassword(password, ["ada@example.com", "Ada"])).toBe(false);
});
