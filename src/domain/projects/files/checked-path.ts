import { filePathSchema } from "@/contracts/project-files";
import { AppError } from "@/lib/app-error";

/**
 * Validates a path. Paths from the agent come from a model and may contain anything. @returns the path in
 * Unicode's composed form (NFC), so that a name that looks the same is the same
 *
 * @throws AppError `invalid_request`
 */
export function checkedPath(path: string): string {
  const result = filePathSchema.safeParse(path.normalize("NFC"));
  if (result.success) return result.data;
  throw new AppError("invalid_request", result.error.issues[0]?.message ?? "This path cannot be used.");
}
