import { Agent } from "@mastra/core/agent";
import { createTool } from "@mastra/core/tools";
import { expect, test } from "vitest";
import { z } from "zod";
import { google } from "@/domain/providers/google/adapter";
import { createKeyedFetch } from "@/domain/providers/transport/keyed-fetch";
import { Secret } from "@/lib/secret";
import { asRecord, asRecords } from "../../json";
import { startProviderStandIn } from "../../provider-stand-in";

const openKey = () => Promise.resolve(new Secret("a-key"));

test("the agent framework sends a call's signature back with its result", async () => {
  const standIn = await startProviderStandIn({ acceptedKeys: ["a-key"] });
  try {
    const baseUrl = `${standIn.url}/google/v1beta`;
    const { keyHeader, classifyRefusal } = google;
    const fetch = createKeyedFetch({ baseUrl, keyHeader, classifyRefusal, openKey, timeoutMs: 10_000 });
    const agent = new Agent({
      id: "writer",
      name: "writer",
      instructions: "Write.",
      model: google.buildModel("gemini-3.8-flash", { baseUrl, fetch }),
      tools: {
        writeFile: createTool({
          id: "writeFile",
          description: "Writes a file.",
          inputSchema: z.object({ path: z.string(), content: z.string() }),
          execute: () => Promise.resolve({ ok: true }),
        }),
      },
    });
    const answer = await agent.stream("Build a todo list", { maxSteps: 3 });
    expect(await answer.text).toContain("```bash");
    const contents = asRecords(asRecord(standIn.journal()[1]?.body).contents);
    const calls = contents
      .flatMap(({ parts }) => asRecords(parts))
      .filter(({ functionCall }) => functionCall);
    expect(calls).toHaveLength(3);
    expect(calls[0]?.thoughtSignature).toMatch(/^[\w+/]{43}=$/);
  } finally {
    await standIn.close();
  }
});
