import type { LanguageModelV4 } from "@ai-sdk/provider";
import { Agent } from "@mastra/core/agent";
import { RequestContext } from "@mastra/core/request-context";
import { createTool } from "@mastra/core/tools";
import { z } from "zod";
import { ChunkSink } from "@/domain/runs/chunk-sink";
import type { RunChunk } from "@/domain/runs/run";
import { agentLoop } from "@/mastra/lib/agent-loop";

export interface Asked {
  /** Of the tool `greet`. */
  greeted: number;
  text: string;
  chunks: RunChunk[];
  /** Errors of the answer, as they were thrown. */
  errors: unknown[];
}

/** Asks a model through the loop that answers messages, with one tool, `greet`. */
export async function askAgent(
  model: LanguageModelV4,
  options: { signal?: AbortSignal } = {},
): Promise<Asked> {
  const asked: Asked = { greeted: 0, text: "", chunks: [], errors: [] };
  const greet = createTool({
    id: "greet",
    description: "Greets.",
    inputSchema: z.object({}),
    execute: () => Promise.resolve({ greeted: (asked.greeted += 1) }),
  });
  const agent = new Agent({
    id: "greeter",
    name: "greeter",
    instructions: "Greet.",
    model,
    tools: { greet },
  });
  const sink = new ChunkSink((chunks) => {
    for (const chunk of chunks) {
      asked.chunks.push(chunk);
      if (chunk.type === "text-delta") asked.text += chunk.delta;
    }
  });
  await agentLoop({
    model,
    prompt: [
      { role: "system", content: "Greet." },
      { role: "user", content: [{ type: "text", text: "Hello." }] },
    ],
    tools: await agent.listTools(),
    requestContext: new RequestContext(),
    maxSteps: 5,
    signal: options.signal ?? new AbortController().signal,
    sink,
    onError: (error) => {
      asked.errors.push(error);
      return "failed";
    },
  });
  await sink.end();
  return asked;
}
