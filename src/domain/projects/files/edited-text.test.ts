import { expect, test } from "vitest";
import { editedText } from "./edited-text";

const edit = (text: string, oldText: string, newText: string) =>
  editedText(text, { oldText, newText }, "a.txt");

test.each([
  ["LF quoted in a CRLF file", "a\r\nb\r\nc\r\n", "a\nb", "a\nx\ny", "a\r\nx\r\ny\r\nc\r\n"],
  ["CRLF quoted in an LF file", "a\nb\nc\n", "a\r\nb", "a\r\nx\r\ny", "a\nx\ny\nc\n"],
  ["one line quoted, several written", "a\r\nb\r\n", "b", "b\nc", "a\r\nb\r\nc\r\n"],
  ["the same line ends", "a\r\nb\r\n", "a\r\nb", "x\r\nb", "x\r\nb\r\n"],
  ["both in one file, where nothing changes", "a\r\nb\nc\r\n", "a\nb\nc", "a\nb\nx", "a\r\nb\nx\r\n"],
  [
    "both in one file: a new line ends as the one before it",
    "a\nb\r\nc\n",
    "b\nc",
    "b\nx\nc",
    "a\nb\r\nx\r\nc\n",
  ],
  ["the first line", "a\r\nb", "a", "x\ny", "x\r\ny\r\nb"],
  ["a line deleted with its end", "a\r\nb\r\nc\r\n", "b\n", "", "a\r\nc\r\n"],
  ["a final newline added", "a\r\nb", "b", "b\n", "a\r\nb\r\n"],
  ["a final newline kept", "a\r\nb\r\n", "b", "c", "a\r\nc\r\n"],
  ["a final newline taken", "a\nb\n", "b\n", "b", "a\nb"],
  ["a file of one line takes what is written", "a", "a", "a\r\nb", "a\r\nb"],
  ["blanks at the ends of lines", "a  \r\nb\r\n", "a  \nb", "a\nb", "a\r\nb\r\n"],
  ["what a pattern would replace", "a b", "b", "$& $1 $$ $`", "a $& $1 $$ $`"],
  ["a lone carriage return is no line end", "a\rb\n", "a\rb", "a\rc", "a\rc\n"],
  ["nothing to change", "a\r\nb\r\n", "a\nb", "a\nb", "a\r\nb\r\n"],
  ["repeats at both ends", "xaax\n", "aa", "a", "xax\n"],
])("%s", (_name, text, oldText, newText, after) => {
  expect(edit(text, oldText, newText)).toBe(after);
});

test.each([
  ["twice", "same same", "same"],
  ["twice, overlapping", "aaa", "aa"],
  ["once with each line end", "a\nb\na\r\nb\n", "a\nb"],
])("a passage that stands there %s is refused", (_name, text, oldText) => {
  expect(() => edit(text, oldText, "x")).toThrow(/several times in a\.txt/);
});

test.each([["missing"], [""], ["Same"], ["same "]])(
  "a passage that does not stand there (%j) is refused",
  (oldText) => {
    expect(() => edit("same", oldText, "x")).toThrow(/does not stand in a\.txt/);
  },
);
