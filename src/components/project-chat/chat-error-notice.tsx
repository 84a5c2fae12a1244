import { CreditCard, KeyRound, LogIn, MessageSquarePlus, RotateCcw, Settings2 } from "lucide-react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import type { ChatError, ChatErrorAction } from "@/contracts/chat";
import { useChatActions } from "./chat-actions";

/**
 * What went wrong with a message, and the next click. Stays on its message, also after the next one was sent.
 *
 * @param isNew it happened while the reader is here: read out at once
 * @param onRetry null when the message is not the last any more; trying again would cut off what followed
 * @param questionText what the person had asked, to bring along when they have to sign in first
 */
export function ChatErrorNotice({
  error,
  isNew,
  onRetry,
  questionText,
}: {
  error: ChatError;
  isNew: boolean;
  onRetry: (() => void) | null;
  questionText: string;
}) {
  const { openModelSelector, startNewThread, signIn } = useChatActions();
  const clicks: Record<ChatErrorAction, (() => void) | null> = {
    open_api_keys: () => openModelSelector("api-keys"),
    open_model_selection: () => openModelSelector("model-selection"),
    retry: onRetry,
    sign_in: () => signIn(questionText),
    new_thread: startNewThread,
    open_billing: error.billingUrl ? () => window.open(error.billingUrl, "_blank", "noreferrer") : null,
    switch_key: () => openModelSelector("model-selection"),
    switch_model: () => openModelSelector("model-selection"),
  };
  // After another key or model was chosen the same question is one click away.
  const offered = [
    ...new Set<ChatErrorAction | null>([error.action, ...(error.otherActions ?? []), "retry"]),
  ].filter((action) => action !== null);
  const buttons = offered.flatMap((action) => {
    const onClick = clicks[action];
    return onClick ? [{ action, onClick }] : [];
  });
  return (
    <Alert variant="danger" role={isNew ? "alert" : undefined}>
      <p>{error.message}</p>
      {buttons.length > 0 ? (
        <div className="mt-1.5 flex flex-wrap gap-2">
          {buttons.map(({ action, onClick }) => (
            <ActionButton key={action} action={action} onClick={onClick} />
          ))}
        </div>
      ) : null}
    </Alert>
  );
}

const LABELS: Record<ChatErrorAction, { icon: typeof KeyRound; label: string }> = {
  open_api_keys: { icon: KeyRound, label: "Open API Keys" },
  open_model_selection: { icon: Settings2, label: "Choose model and key" },
  retry: { icon: RotateCcw, label: "Try again" },
  sign_in: { icon: LogIn, label: "Sign in" },
  open_billing: { icon: CreditCard, label: "Add credit" },
  switch_key: { icon: KeyRound, label: "Switch key" },
  switch_model: { icon: Settings2, label: "Switch model" },
  new_thread: { icon: MessageSquarePlus, label: "Start a new thread" },
};

function ActionButton({ action, onClick }: { action: ChatErrorAction; onClick: () => void }) {
  const { icon: Icon, label } = LABELS[action];
  return (
    <Button size="sm" onClick={onClick}>
      <Icon aria-hidden />
      {label}
    </Button>
  );
}
