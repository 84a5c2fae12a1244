import { z } from "zod";
import { notFound } from "@/lib/app-error";

export const MAX_LIMIT_BODY_BYTES = 4 * 1024;

export type LimitParams = { limitId: string };

/** The id of a limit from the URL of a request. @throws AppError `not_found` if it cannot be one */
export function limitIdOf({ limitId }: LimitParams): string {
  if (!z.uuid().safeParse(limitId).success) throw notFound("limit");
  return limitId.toLowerCase();
}
