import { filePathSchema } from "@/contracts/project-files";
import { AppError } from "@/lib/app-error";

/** A path as files are stored under. The agent's come from a model and may hold anything. @throws AppError `invalid_request` */
export function checkedPath(path: string): string {
  const result = filePathSchema.safeParse(path);
  if (result.success) return result.data;
  throw new AppError("invalid_request", result.error.issues[0]?.message ?? "This path cannot be used.");
}
