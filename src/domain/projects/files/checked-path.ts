import { filePathSchema } from "@/contracts/project-files";
import { AppError } from "@/lib/app-error";

/**
 * Validates a path. Paths from the agent come from a model and may contain anything. @throws AppError
 * `invalid_request`
 */
export function checkedPath(path: string): string {
  const result = filePathSchema.safeParse(path);
  if (result.success) return result.data;
  throw new AppError("invalid_request", result.error.issues[0]?.message ?? "This path cannot be used.");
}
