import type { AiKeySummary } from "@/contracts/ai-keys";
import { changeKey } from "./ai-key-calls";
import { endOfDay, lastDayOf, laterDay } from "./key-days";

/** What one click adds. */
export const EXTENSION_DAYS = 30;

/** Lets a key be used for longer. @returns its new last day @throws ApiError */
export async function extendKey(
  { id, expiresAt }: Pick<AiKeySummary, "id" | "expiresAt">,
  days = EXTENSION_DAYS,
): Promise<string> {
  const lastDay = laterDay(lastDayOf(expiresAt), days);
  await changeKey(id, { expiresAt: endOfDay(lastDay) });
  return lastDay;
}
