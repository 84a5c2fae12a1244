import type { AiKeySummary } from "@/contracts/ai-keys";
import { daysUntil } from "./key-days";

export interface DateWords {
  word: string;
  tone: "warning" | "danger" | "neutral";
  /** It still works, and more time can be given at once. */
  isNear: boolean;
}

/** From so many days before its end on, a key says how many are left. */
const COUNTED_DAYS = 30;
const NEAR_DAYS = 7;

/** What keeps a key from being used, or will soon; null if nothing does. */
export function keyDatesWords(
  aiKey: Pick<AiKeySummary, "expiresAt" | "isExpired" | "paused">,
  now: number,
): DateWords | null {
  if (aiKey.paused) return { word: "Paused", tone: "danger", isNear: false };
  if (aiKey.isExpired) return { word: "Expired", tone: "danger", isNear: false };
  if (aiKey.expiresAt === null) return null;
  const days = daysUntil(aiKey.expiresAt, now);
  if (days > COUNTED_DAYS) return null;
  const word = days <= 1 ? "Expires within a day" : `Expires in ${days} days`;
  return { word, tone: days <= NEAR_DAYS ? "warning" : "neutral", isNear: days <= NEAR_DAYS };
}

/** Whether the day has come on which a key is to be replaced. */
export function isRotationDue({ rotateOn }: Pick<AiKeySummary, "rotateOn">, now: number): boolean {
  return rotateOn !== null && Date.parse(rotateOn) <= now;
}
