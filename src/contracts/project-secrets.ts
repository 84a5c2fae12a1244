import { z } from "zod";
import { SECRET_NAME_FORM, SECRET_NOTE_MAX_LENGTH, SECRET_VALUE_MAX_BYTES } from "./limits";
import { isVisible } from "./visible-text";

export const secretNameSchema = z
  .string({ error: "Give the secret a name." })
  .regex(
    SECRET_NAME_FORM,
    "A secret's name is written like DATABASE_URL: capitals, digits and underscores, 64 at most.",
  );

export const saveProjectSecretRequestSchema = z.strictObject({
  name: secretNameSchema,
  value: z
    .string({ error: "Give the secret a value." })
    .min(1, "Give the secret a value.")
    .refine(
      (value) => new TextEncoder().encode(value).length <= SECRET_VALUE_MAX_BYTES,
      "A secret's value has at most 16 kB.",
    )
    .refine((value) => value.isWellFormed(), "The value contains broken Unicode. Copy it again."),
  /** What it is for. Shown in lists, so it is stored in plain text next to the sealed value. */
  note: z
    .string({ error: "The note is a text." })
    .trim()
    .max(SECRET_NOTE_MAX_LENGTH, `A note has at most ${SECRET_NOTE_MAX_LENGTH} characters.`)
    .refine(isVisible, "A note is one line of plain text.")
    .optional(),
});

/** A secret as lists show it. The value is never returned, so there is no field for it. */
export const projectSecretSummarySchema = z.object({
  id: z.string(),
  name: z.string(),
  note: z.string().nullable(),
  /** "needs_reentry": the sealed value can no longer be opened; save it again. */
  status: z.enum(["ok", "needs_reentry"]),
  updatedAt: z.string(),
});
export type ProjectSecretSummary = z.infer<typeof projectSecretSummarySchema>;

export const projectSecretListResponseSchema = z.object({ secrets: z.array(projectSecretSummarySchema) });
export type ProjectSecretListResponse = z.infer<typeof projectSecretListResponseSchema>;
