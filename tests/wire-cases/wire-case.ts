import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";

const pieceSchema = z.union([
  z.string(),
  z.strictObject({ pauseMs: z.int() }),
  z.strictObject({ stayOpen: z.literal(true) }),
  z.strictObject({ times: z.int(), text: z.string() }),
]);

const answerSchema = z.strictObject({
  status: z.int(),
  headers: z.record(z.string(), z.string()),
  body: z.array(pieceSchema),
});
export type WireAnswer = z.infer<typeof answerSchema>;

const fieldsSchema = z.record(z.string(), z.unknown());
/** A number, or from-to. */
const rangeSchema = z.union([z.number(), z.tuple([z.number(), z.number()])]);

const turnSchema = z.strictObject({
  text: z.string().optional(),
  thinking: z.string().optional(),
  error: z.union([z.string(), z.array(z.string()), z.null()]).optional(),
  told: z.enum(["cut", "steps"]).optional(),
  requests: rangeSchema.optional(),
  withinMs: z.number().optional(),
  calls: z
    .array(
      z.strictObject({
        tool: z.string(),
        input: fieldsSchema.optional(),
        result: z.enum(["ok", "failed"]).optional(),
        says: z.string().optional(),
      }),
    )
    .optional(),
  usage: fieldsSchema.nullable().optional(),
  cost: fieldsSchema.nullable().optional(),
  retryInSeconds: rangeSchema.optional(),
});
export type ExpectedTurn = z.infer<typeof turnSchema>;

const requestSchema = z.strictObject({
  toolCalls: z.int().optional(),
  toolArguments: z.array(fieldsSchema).optional(),
  toolResultsMatch: z.array(z.string()).optional(),
  argumentsAreObjects: z.literal(true).optional(),
  idsDiffer: z.literal(true).optional(),
  maxArgumentBytes: z.int().optional(),
  toolNamesMatch: z.string().optional(),
  toolCallMessagesCarry: z.string().optional(),
  rolesAlternate: z.literal(true).optional(),
  includes: z.array(z.string()).optional(),
  lacks: z.array(z.string()).optional(),
});
export type ExpectedRequest = z.infer<typeof requestSchema>;

const afterwardsSchema = z.strictObject({
  files: z.record(z.string(), z.string()).optional(),
  page: z
    .strictObject({
      mustSay: z.array(z.string()).optional(),
      mustNotSay: z.array(z.string()).optional(),
    })
    .optional(),
});
export type Afterwards = z.infer<typeof afterwardsSchema>;

const caseSchema = z.strictObject({
  id: z.string(),
  kind: z.string(),
  family: z.enum(["anthropic", "openai", "openrouter", "mistral", "google", "openai-compatible"]),
  source: z.string().optional(),
  note: z.string(),
  do: z.enum(["test-key", "list-models", "use-address"]).optional(),
  messages: z.array(z.string()).default([]),
  answers: z
    .union([
      z.array(answerSchema).min(1),
      z.strictObject({ models: answerSchema, chat: answerSchema.optional() }),
    ])
    .optional(),
  address: z.string().optional(),
  serves: z.string().optional(),
  expect: afterwardsSchema.extend({
    turns: z.array(turnSchema).optional(),
    requests: z.record(z.string(), requestSchema).optional(),
    keyHealth: z.string().optional(),
    outcome: z.string().optional(),
    listed: z.array(z.string()).optional(),
    notListed: z.array(z.string()).optional(),
    usable: z.literal(true).optional(),
    prices: z.record(z.string(), fieldsSchema.nullable()).optional(),
    keyTest: z.string().optional(),
    oneOf: z.union([z.array(z.enum(["works", "refused", "told"])), z.array(afterwardsSchema)]).optional(),
    words: z.string().optional(),
  }),
});
export type WireCase = z.infer<typeof caseSchema>;

export function wireCases(): WireCase[] {
  const text = readFileSync(path.join(import.meta.dirname, "cases.json"), "utf8");
  return z.strictObject({ cases: z.array(caseSchema) }).parse(JSON.parse(text)).cases;
}
