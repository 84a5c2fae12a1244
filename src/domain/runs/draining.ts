import "server-only";
import { AppError } from "@/lib/app-error";
import { oncePerProcess } from "@/lib/once-per-process";

const shared = oncePerProcess("draining", () => ({ isDraining: false }));

/** From now on no run begins on this server, and no answer of another is passed on. */
export function beginDraining(): void {
  shared.get().isDraining = true;
}

/** @throws AppError `unavailable` */
export function refuseWhileDraining(): void {
  if (!shared.get().isDraining) return;
  throw new AppError(
    "unavailable",
    "This server is being restarted. Nothing was sent. Send the message again in a moment.",
    // The next try reaches another server, or this one when it is back.
    { headers: { "retry-after": "5", connection: "close" } },
  );
}
