import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import type { ProviderFailureCode } from "@/domain/providers/failures/provider-failure";
import type { ListedModel } from "@/domain/providers/provider-adapter";
import type { TokenCounts } from "@/domain/providers/wire/token-counts";

const eventSchema = z.strictObject({ event: z.string().optional(), data: z.unknown() });

const fixtureSchema = z.strictObject({
  /** Page that documents the answer, or a report of someone who got it. */
  source: z.url(),
  note: z.string().optional(),
  /** What is asked of the adapter: a chat, the list of models, or whether the key is good. */
  ask: z.enum(["chat", "models", "key"]),
  model: z.string().optional(),
  status: z.int(),
  headers: z.record(z.string(), z.string()),
  body: z.unknown().optional(),
  text: z.string().optional(),
  sse: z.array(eventSchema).optional(),
  /** The expected result in the product. */
  expect: z.strictObject({
    failure: z.custom<ProviderFailureCode>((value) => typeof value === "string").optional(),
    retryAfterSeconds: z.number().optional(),
    /** What had arrived before a failure. */
    text: z.string().optional(),
    finishReason: z.string().optional(),
    usage: z.custom<Omit<TokenCounts, "cacheWrite1hTokens" | "webSearches">>().optional(),
    reportedMicroUsd: z.int().nullable().optional(),
    estimatedMicroUsd: z.int().nullable().optional(),
    models: z.custom<ListedModel[]>().optional(),
  }),
});
export type Fixture = z.infer<typeof fixtureSchema>;

/** The fixtures of a provider by name, without ".json". */
export function fixturesOf(provider: string): Map<string, Fixture> {
  const folder = path.join(import.meta.dirname, provider);
  return new Map(
    readdirSync(folder)
      .toSorted()
      .map((file) => [path.basename(file, ".json"), readFixture(path.join(folder, file))]),
  );
}

function readFixture(file: string): Fixture {
  return fixtureSchema.parse(JSON.parse(readFileSync(file, "utf8")));
}

/** The bytes a provider would send. */
export function bodyOf({ body, text, sse }: Fixture): string {
  if (sse)
    return sse
      .map(({ event, data }) => `${event ? `event: ${event}\n` : ""}data: ${line(data)}\n\n`)
      .join("");
  return text ?? JSON.stringify(body);
}

function line(data: unknown): string {
  return typeof data === "string" ? data : JSON.stringify(data);
}
