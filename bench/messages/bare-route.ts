import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createAnthropic } from "@ai-sdk/anthropic";
import { pipeUIMessageStreamToResponse, streamText } from "ai";

// What a chat route costs that does nothing but chat: the AI SDK on node:http, with the key in its
// environment. Nobody is signed in, nothing is stored, there are no tools.
const anthropic = createAnthropic({
  baseURL: process.env["BARE_BASE_URL"] ?? "",
  apiKey: process.env["BARE_API_KEY"] ?? "",
});

const server = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8").on("data", (text: string) => (body += text));
  request.on("end", () => {
    const { prompt } = JSON.parse(body) as { prompt: string };
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const answer = streamText({
      model: anthropic("claude-haiku-4-5"),
      prompt,
      maxRetries: 0,
      abortSignal: gone.signal,
    });
    void pipeUIMessageStreamToResponse({ response, stream: answer.toUIMessageStream() });
  });
});
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
// It ends when its stdin closes, so it never outlives the bench.
process.stdin.on("end", () => process.exit(0)).resume();
