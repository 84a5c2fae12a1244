import type { LanguageModelV4CallOptions, LanguageModelV4Prompt } from "@ai-sdk/provider";
import { expect, test } from "vitest";
import { storedForm } from "./stored-form";

async function sent(prompt: LanguageModelV4Prompt): Promise<LanguageModelV4Prompt> {
  const params: LanguageModelV4CallOptions = { prompt };
  const changed = await storedForm.transformParams?.({ type: "stream", params, model: {} as never });
  return changed?.prompt as LanguageModelV4Prompt;
}

test("fields have the database's order at every level, and half characters are replaced", async () => {
  const call = { type: "tool-call" as const, toolCallId: "c", toolName: "writeFile" };
  const [assistant, tool] = await sent([
    {
      role: "assistant",
      content: [
        { type: "text", text: "half \ud83d" },
        { ...call, input: { content: "\ud800", path: "a", more: [{ zz: 1, b: 2, é: 3 }] } },
      ],
    },
    {
      role: "tool",
      content: [
        {
          ...call,
          type: "tool-result",
          output: { type: "json", value: { created: true, path: "a", size: 1 } },
        },
      ],
    },
  ]);
  expect(JSON.stringify(assistant?.content)).toBe(
    JSON.stringify([
      { type: "text", text: "half \ufffd" },
      { ...call, input: { more: [{ b: 2, zz: 1, é: 3 }], path: "a", content: "\ufffd" } },
    ]),
  );
  expect(JSON.stringify(tool)).toContain('{"path":"a","size":1,"created":true}');
});
