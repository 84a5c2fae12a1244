import { z } from "zod";
import { THREAD_TITLE_MAX_LENGTH } from "./limits";

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
        .refine(
          (value) => !/\p{Cc}/u.test(value) && value.isWellFormed(),
          "A title cannot contain control characters.",
        ),
    ),
});

export const threadSchema = z.object({
  id: z.string(),
  title: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type Thread = z.infer<typeof threadSchema>;

/** `GET /api/v1/projects/:projectId/threads`, newest activity first. */
export const threadListResponseSchema = z.object({ threads: z.array(threadSchema) });
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
 * `GET /api/v1/projects/:projectId/threads/:threadId/messages`, oldest first; empty for a thread without
 * messages.
 */
export const threadMessagesResponseSchema = z.object({ messages: z.array(threadMessageSchema) });
export type ThreadMessagesResponse = z.infer<typeof threadMessagesResponseSchema>;
