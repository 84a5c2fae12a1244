import { z } from "zod";
import { notFound } from "@/lib/app-error";

/** Room for a key, its name and its address. */
export const MAX_KEY_BODY_BYTES = 8 * 1024;

export type KeyParams = { keyId: string };

/** The id of a key from the URL of a request. @throws AppError `not_found` if it cannot be one */
export function keyIdOf({ keyId }: KeyParams): string {
  if (!z.uuid().safeParse(keyId).success) throw notFound("key");
  return keyId.toLowerCase();
}
