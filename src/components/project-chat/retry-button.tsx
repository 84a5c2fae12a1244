import { RotateCcw } from "lucide-react";
import { useId } from "react";
import { Button } from "@/components/ui/button";
import { describeWait, useSecondsUntil } from "@/components/use-seconds-until";

/**
 * Sends the same question again. Until `retryAt` it shows the remaining time and ignores clicks. The
 * countdown is not announced: a screen reader hears the time of the retry, and once when it is available.
 *
 * @param retryAt ISO 8601; before it the click does nothing
 * @param withWhat the current selection in words, if it is not what failed
 */
export function RetryButton({
  retryAt,
  withWhat,
  onRetry,
}: {
  retryAt: string | undefined;
  withWhat: string | null;
  onRetry: () => void;
}) {
  const id = useId();
  const left = useSecondsUntil(retryAt);
  const isWaiting = left > 0;
  return (
    <>
      <Button
        size="sm"
        // Not `disabled`: that would lose the keyboard focus, and hide the button from screen readers while
        // waiting.
        aria-disabled={isWaiting || undefined}
        aria-describedby={isWaiting ? id : undefined}
        onClick={isWaiting ? undefined : onRetry}
        className="max-w-full tabular-nums aria-disabled:cursor-not-allowed"
      >
        <RotateCcw aria-hidden />
        <span className="truncate">
          Try again
          {isWaiting ? (
            <span aria-hidden> in {describeWait(left)}</span>
          ) : withWhat ? (
            ` with ${withWhat}`
          ) : null}
        </span>
      </Button>
      {retryAt ? (
        <span id={id} role="status" className="sr-only">
          {isWaiting ? `Possible again at ${clockTime(retryAt)}.` : "You can try again now."}
        </span>
      ) : null}
    </>
  );
}

function clockTime(moment: string): string {
  return new Date(moment).toLocaleTimeString(undefined, { timeStyle: "medium" });
}
