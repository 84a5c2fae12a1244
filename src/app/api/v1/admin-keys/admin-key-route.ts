import { z } from "zod";
import { notFound } from "@/lib/app-error";

/** Room for a key and the name of its provider. */
export const MAX_ADMIN_KEY_BODY_BYTES = 4 * 1024;

export type AdminKeyParams = { adminKeyId: string };

/** The id of an admin key from the URL of a request. @throws AppError `not_found` if it cannot be one */
export function adminKeyIdOf({ adminKeyId }: AdminKeyParams): string {
  if (!z.uuid().safeParse(adminKeyId).success) throw notFound("admin key");
  return adminKeyId.toLowerCase();
}
