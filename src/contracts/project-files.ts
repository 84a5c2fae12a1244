import { z } from "zod";
import { FILE_PATH_MAX_LENGTH } from "./limits";

/**
 * A path inside a project, for example `src/index.ts`: relative, forward slashes, no empty, `.` or `..`
 * segment. Files are database rows, so a path cannot reach anything outside; the rule keeps the tree readable
 * and exports safe.
 */
export const filePathSchema = z
  .string({ error: "Name the file's path." })
  .min(1, "Name the file's path.")
  .max(FILE_PATH_MAX_LENGTH, `A path has at most ${FILE_PATH_MAX_LENGTH} characters.`)
  .refine(
    (path) => path.isWellFormed() && !/[\p{Cc}\\]/u.test(path),
    "A path cannot contain control characters or backslashes.",
  )
  .refine(
    (path) =>
      path
        .split("/")
        .every(
          (segment) => segment !== "" && segment !== "." && segment !== ".." && segment === segment.trim(),
        ),
    "Use a relative path such as src/index.ts, without empty, '.' or '..' parts.",
  );

export const projectFileSummarySchema = z.object({
  path: z.string(),
  size: z.number(),
  updatedAt: z.string(),
});
export type ProjectFileSummary = z.infer<typeof projectFileSummarySchema>;

/** `GET /api/v1/projects/:projectId/files`, ordered by path. */
export const projectFileListResponseSchema = z.object({ files: z.array(projectFileSummarySchema) });
export type ProjectFileListResponse = z.infer<typeof projectFileListResponseSchema>;

/** `GET /api/v1/projects/:projectId/files/content?path=`. */
export const projectFileSchema = projectFileSummarySchema.extend({ content: z.string() });
export type ProjectFile = z.infer<typeof projectFileSchema>;
