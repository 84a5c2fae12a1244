import { ArrowRight } from "lucide-react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import type { ChatNotice } from "@/contracts/chat-notice";

/**
 * Says that an answer is not whole although nothing failed, and offers to go on. Stays on its message.
 *
 * @param isNew it happened while the page is open, so it is announced
 * @param onContinue null if the message is no longer the last: what follows may have gone on already
 */
export function AnswerNotice({
  notice,
  isNew,
  onContinue,
}: {
  notice: Pick<ChatNotice, "message">;
  isNew: boolean;
  onContinue: (() => void) | null;
}) {
  return (
    <Alert variant="warning" role={undefined}>
      <p role={isNew ? "status" : undefined}>{notice.message}</p>
      {onContinue ? (
        <div className="mt-1.5">
          <Button size="sm" onClick={onContinue}>
            <ArrowRight aria-hidden />
            Continue
          </Button>
        </div>
      ) : null}
    </Alert>
  );
}
