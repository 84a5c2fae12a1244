import { expect, test } from "vitest";
import { respelledAddress } from "./respelled-address";

test.each([
  ["https://llm.example.com/v1?key=x", "https://llm.example.com/v1"],
  ["https://llm.example.com/v1/#top", "https://llm.example.com/v1"],
  ["https://llm.example.com/v1/chat/completions?api-version=1", "https://llm.example.com/v1"],
  ["llm.example.com/v1", "https://llm.example.com/v1"],
  [" llm.example.com:8443/v1 ", "https://llm.example.com:8443/v1"],
  ["localhost:11434/v1", "http://localhost:11434/v1"],
  ["192.168.1.5:1234/v1", "http://192.168.1.5:1234/v1"],
])("%s was meant as %s", (typed, meant) => {
  expect(respelledAddress(typed)).toBe(meant);
});

test.each([
  "https://llm.example.com/v1",
  "my server",
  "model",
  "",
  "ftp://llm.example.com/v1",
  "https://me:secret@llm.example.com/v1?x",
  "javascript:alert(1)",
])("nothing is obvious about %s", (typed) => {
  expect(respelledAddress(typed)).toBeNull();
});
