import { z } from "zod";
import { PROJECT_NAME_MAX_LENGTH } from "./limits";
import { isVisible } from "./visible-text";

export const projectNameSchema = z
  .string({ error: "Give the project a name." })
  .transform((value) => value.trim())
  .pipe(
    z
      .string()
      .min(1, "Give the project a name.")
      .max(PROJECT_NAME_MAX_LENGTH, `A project name has at most ${PROJECT_NAME_MAX_LENGTH} characters.`)
      .refine(isVisible, "A project name cannot contain control characters or others that cannot be seen."),
  );

export const createProjectRequestSchema = z.strictObject({ name: projectNameSchema });
export const renameProjectRequestSchema = z.strictObject({ name: projectNameSchema });

export const projectSchema = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type Project = z.infer<typeof projectSchema>;

/** `GET /api/v1/projects`, newest activity first. */
export const projectListResponseSchema = z.object({ projects: z.array(projectSchema) });
export type ProjectListResponse = z.infer<typeof projectListResponseSchema>;
