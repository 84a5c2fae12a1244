import { z } from "zod";
import { errorActionSchema, errorCodeSchema } from "./error";
import { CHAT_MAX_MESSAGES, CHAT_TEXT_MAX_LENGTH, USER_MESSAGE_MAX_PARTS } from "./limits";
import { keyProviderSchema, modelIdSchema } from "./model-selection";
import { providerIdSchema } from "./provider";
import { fitsSchema, refusedLimitSchema } from "./spending-limits";
import { threadIdSchema } from "./threads";
import { costSchema } from "./usage";

/** Id generators use printable ASCII; control characters could not be stored. */
export const messageIdSchema = z
  .string({ error: "A message's id is 1 to 128 printable characters." })
  .regex(/^[\x21-\x7e]{1,128}$/, "A message's id is 1 to 128 printable characters.");

/**
 * One AI SDK UI message as a browser sends it. Parts are loose here (the AI SDK adds kinds); only what
 * matters for safety is checked: roles (no `system`), sizes, well-formed text. `convertToModelMessages` is
 * strict about the rest.
 */
const uiMessageSchema = z
  .looseObject({
    id: messageIdSchema,
    role: z.enum(["user", "assistant"], { error: "A message's role is user or assistant." }),
    parts: z
      .array(z.looseObject({ type: z.string().min(1).max(200), text: z.string().optional() }))
      .min(1, "A message needs at least one part."),
  })
  .refine(
    // What was stored as an answer is also taken back: its parts are limited by the size of an answer.
    ({ role, parts }) => role !== "user" || parts.length <= USER_MESSAGE_MAX_PARTS,
    `A message has at most ${USER_MESSAGE_MAX_PARTS} parts.`,
  )
  .refine(
    ({ role, parts }) =>
      role !== "user" || parts.every(({ text = "" }) => text.length <= CHAT_TEXT_MAX_LENGTH),
    "A message has at most 100,000 characters. Split it.",
  );

/** Whether the run goes on when its person leaves. */
const keepWorking = z.boolean({ error: "keepWorking is true or false." });
/** Summarise the older messages first, however much of the context they take. */
const compact = z.boolean({ error: "compact is true or false." });

/** The whole conversation, from its first message to the one to answer. Kept if it names a thread. */
const conversationSchema = z.object({
  messages: z
    .array(uiMessageSchema, { error: "Send the conversation as a list of messages." })
    .min(1, "Send at least one message.")
    .max(CHAT_MAX_MESSAGES, "This conversation is too long. Start a new thread to go on."),
  threadId: threadIdSchema.optional(),
  keepWorking: keepWorking.optional(),
  compact: compact.optional(),
});
export type ChatRequest = z.infer<typeof conversationSchema>;

/** One message, and the stored one it follows: the server has the conversation. */
const questionSchema = z.object({
  threadId: threadIdSchema,
  parentId: messageIdSchema.nullable(),
  message: uiMessageSchema,
  keepWorking: keepWorking.optional(),
  compact: compact.optional(),
});
export type QuestionRequest = z.infer<typeof questionSchema>;

/**
 * Body of `POST /api/mastra/codegen`: a conversation, or a message of a stored one. Unknown fields of the AI
 * SDK transport (`id`, `trigger`, ...) are ignored, never forwarded.
 */
export const codegenRequestSchema = z.unknown().transform((body, context): ChatRequest | QuestionRequest => {
  const isQuestion = typeof body === "object" && body !== null && "message" in body && !("messages" in body);
  const { data, error } = (isQuestion ? questionSchema : conversationSchema).safeParse(body);
  // As they are: a union would only say that none of its kinds fits.
  for (const issue of error?.issues ?? []) context.issues.push({ ...issue, input: body } as never);
  return data ?? z.NEVER;
});

/** `PATCH /api/mastra/runs/:runId` */
export const changeRunRequestSchema = z.strictObject({ keepWorking });

/**
 * How an answer ended: whole; stopped by its reader, or because nobody reads any more; interrupted by the
 * server; failed, with the failure on the message; or cut off by a limit on its length or number of steps.
 */
export const answerOutcomeSchema = z.enum(["completed", "stopped", "interrupted", "failed", "cut"]);
export type AnswerOutcome = z.infer<typeof answerOutcomeSchema>;

/** Metadata of an answer. Streamed as message metadata and stored with the message. */
export const chatMessageMetadataSchema = z.object({
  keyProvider: keyProviderSchema,
  model: modelIdSchema,
  /** Absent in answers from before there was a choice: Anthropic. */
  aiProvider: providerIdSchema.optional(),
  /** The personal key that paid, with its label at the time; absent for the platform's. */
  keyId: z.string().optional(),
  keyLabel: z.string().optional(),
  keyLast4: z.string().optional(),
  /** Opaque name of the key's secret, which a replacement changes; the key keeps its id. */
  keySecretId: z.string().optional(),
  /** Absent while it is being written, and in answers from before it was stored. */
  outcome: answerOutcomeSchema.optional(),
  /**
   * Total tokens of the answer's requests, as the provider reported them. Cache reads and writes are part of
   * the input, reasoning is part of the output.
   */
  usage: z
    .object({
      inputTokens: z.number(),
      outputTokens: z.number(),
      cachedInputTokens: z.number(),
      cacheWriteTokens: z.number().optional(),
      reasoningTokens: z.number().optional(),
    })
    .optional(),
  /** Tokens of the answer's last request, input and output: what the conversation takes of the context. */
  contextTokens: z.int().min(1).optional(),
  /** Cost in millionths of a US dollar, of all its requests. Absent if unknown. */
  cost: costSchema.optional(),
  /** Milliseconds from the request's arrival to the first chunk of the answer and to its end. */
  latency: z.object({ firstTokenMs: z.int().min(0).optional(), totalMs: z.int().min(0) }).optional(),
});
export type ChatMessageMetadata = z.infer<typeof chatMessageMetadataSchema>;

/** `POST /api/v1/projects/:projectId/threads/:threadId/title-suggestion`, with what the request took. */
export interface SuggestedTitle {
  title: string;
  metadata: ChatMessageMetadata;
}

/**
 * Payload of the `data-chat-error` part: it stays on the message that failed and is never sent to a model.
 */
export const chatErrorSchema = z.object({
  code: errorCodeSchema,
  message: z.string(),
  /** The action most likely to help; null if none does. */
  action: errorActionSchema.nullable(),
  /** Other actions that may help. */
  otherActions: z.array(errorActionSchema).optional(),
  /** The provider's billing page, for `open_billing`. */
  billingUrl: z.string().optional(),
  /** Retrying before this time cannot help (ISO 8601): the button counts down to it. */
  retryAt: z.string().optional(),
  /** The limit that refused it, and what would fit. */
  limit: refusedLimitSchema.optional(),
  fits: fitsSchema.optional(),
});
export type ChatError = z.infer<typeof chatErrorSchema>;
