import { z } from "zod";

export const SECRET_VALUE_MAX_BYTES = 16 * 1024;
export const PROJECT_MAX_SECRETS = 100;

export const secretNameSchema = z
  .string({ error: "Give the secret a name." })
  .regex(
    /^[A-Z][A-Z0-9_]{0,63}$/,
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
});

/** A secret as it is listed. The value is never shown back, so there is no field for it. */
export const projectSecretSummarySchema = z.object({
  id: z.string(),
  name: z.string(),
  updatedAt: z.string(),
});
export type ProjectSecretSummary = z.infer<typeof projectSecretSummarySchema>;

export const projectSecretListResponseSchema = z.object({ secrets: z.array(projectSecretSummarySchema) });
export type ProjectSecretListResponse = z.infer<typeof projectSecretListResponseSchema>;
