import { z } from "zod";
import { THREAD_TITLE_MAX_LENGTH } from "./limits";
import { isStoredMoment } from "./stored-moment";
import { isVisible } from "./visible-text";

/** The browser creates thread ids (`crypto.randomUUID()`), so that a new thread needs no round trip. */
export const threadIdSchema = z.uuid("A thread id is a UUID.");

export const renameThreadRequestSchema = z.strictObject({
  title: z
    .string({ error: "Give the thread a title." })
    .transform((value) => value.trim())
    .pipe(
      z
        .string()
        .min(1, "Give the thread a title.")
        .max(THREAD_TITLE_MAX_LENGTH, `A title has at most ${THREAD_TITLE_MAX_LENGTH} characters.`)
        .refine(isVisible, "A title cannot contain control characters or others that cannot be seen."),
    ),
});

export const threadSchema = z.object({
  id: z.string(),
  title: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  /** An answer is being written in it. */
  isRunning: z.boolean(),
});
export type Thread = z.infer<typeof threadSchema>;

/** `?cursor=&limit=` of a list: `next` of the page before, and how many at most. */
const limitSchema = z
  .string()
  .regex(/^\d{1,6}$/, "A limit is a whole number.")
  .transform(Number)
  .refine((limit) => limit > 0, "A limit is at least 1.");
const cursorSentence = "This cursor is not one of this list. Read it from the start.";
export const threadPageSchema = z.object({
  limit: limitSchema.optional(),
  cursor: z
    .string()
    .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z_[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/, cursorSentence)
    .refine((cursor) => isStoredMoment(cursor), cursorSentence)
    .optional(),
});
export type ThreadPage = z.infer<typeof threadPageSchema>;
export const messagePageSchema = z.object({
  limit: limitSchema.optional(),
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, cursorSentence)
    .transform(Number)
    .optional(),
});
export type MessagePage = z.infer<typeof messagePageSchema>;

/**
 * `GET /api/v1/projects/:projectId/threads[?cursor=&limit=]`, newest activity first. `next` is the cursor of
 * the threads before these; absent if there are none.
 */
export const threadListResponseSchema = z.object({
  threads: z.array(threadSchema),
  next: z.string().optional(),
});
export type ThreadListResponse = z.infer<typeof threadListResponseSchema>;

/**
 * A stored message. Editing or retrying never overwrites: it adds a message with the same parent, so the
 * messages of a thread form a tree and the newest leaf is the conversation a reload restores.
 */
export const threadMessageSchema = z.object({
  id: z.string(),
  parentId: z.string().nullable(),
  role: z.enum(["user", "assistant"]),
  /** AI SDK UI message parts, as they were streamed. */
  parts: z.array(z.looseObject({ type: z.string() })),
  metadata: z.looseObject({}).nullable(),
  createdAt: z.string(),
});
export type ThreadMessage = z.infer<typeof threadMessageSchema>;

/**
 * `GET /api/v1/projects/:projectId/threads/:threadId/messages[?cursor=&limit=]`: the newest messages, oldest
 * first; empty for a thread without messages. `next` is the cursor of the messages before these; absent if
 * there are none. A message's parent may be among those. The answer that is being written is not listed
 * before it ends: `GET /api/mastra/threads/:threadId/stream` has it.
 */
export const threadMessagesResponseSchema = z.object({
  messages: z.array(threadMessageSchema),
  next: z.string().optional(),
});
export type ThreadMessagesResponse = z.infer<typeof threadMessagesResponseSchema>;
