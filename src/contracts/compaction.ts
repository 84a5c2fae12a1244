import { z } from "zod";
import { SUMMARY_MAX_LENGTH } from "./limits";
import { costSchema } from "./usage";

/**
 * Payload of the `data-compaction` part, the first of an answer before which the older part of its
 * conversation was summarised. From there on the summary is sent instead of what the agent said and did up to
 * `upTo`; the person's messages are sent as they were written.
 */
export const compactionSchema = z.object({
  /** `failed`: there is no summary, and all of the conversation was sent. */
  state: z.enum(["running", "done", "failed"]),
  /** Id of the last message that the summary stands for. */
  upTo: z.string(),
  summary: z.string().max(SUMMARY_MAX_LENGTH).optional(),
  /** All of the conversation is sent again. */
  isUndone: z.boolean().optional(),
  /**
   * What its request took, which is part of the answer's receipt. Absent if it is not known, and for a
   * summary that was there.
   */
  usage: z.object({ inputTokens: z.number(), outputTokens: z.number() }).optional(),
  cost: costSchema.optional(),
});
export type Compaction = z.infer<typeof compactionSchema>;

/** `PATCH /api/v1/projects/:projectId/threads/:threadId/compactions/:messageId` */
export const changeCompactionRequestSchema = z.strictObject({
  isUndone: z.boolean({ error: "Say whether it is undone: true or false." }),
});
