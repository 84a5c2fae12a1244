import { z } from "zod";

const part = z.looseObject({
  text: z.string().optional(),
  thought: z.boolean().optional(),
  thoughtSignature: z.string().optional(),
  functionCall: z.looseObject({ name: z.string(), args: z.unknown() }).optional(),
  functionResponse: z.looseObject({ name: z.string(), response: z.unknown() }).optional(),
});

export const generateContentRequest = z.looseObject({
  contents: z
    .array(z.looseObject({ role: z.enum(["user", "model"]), parts: z.array(part).min(1) }))
    .min(1, "contents is not specified"),
  generationConfig: z.looseObject({ maxOutputTokens: z.number().int().positive().nullish() }).nullish(),
  tools: z
    .array(z.looseObject({ functionDeclarations: z.array(z.looseObject({ name: z.string() })).optional() }))
    .nullish(),
});

export type GenerateContentRequest = z.infer<typeof generateContentRequest>;
