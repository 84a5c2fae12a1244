import { KeyRound, LogIn, MessageSquarePlus, RotateCcw, Settings2 } from "lucide-react";
import type { ReactNode } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import type { ChatError } from "@/contracts/chat";
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
  const button = {
    open_api_keys: () => (
      <ActionButton icon={<KeyRound />} label="Open API Keys" onClick={() => openModelSelector("api-keys")} />
    ),
    open_model_selection: () => (
      <ActionButton
        icon={<Settings2 />}
        label="Choose model and key"
        onClick={() => openModelSelector("model-selection")}
      />
    ),
    retry: () => (onRetry ? <ActionButton icon={<RotateCcw />} label="Try again" onClick={onRetry} /> : null),
    sign_in: () => <ActionButton icon={<LogIn />} label="Sign in" onClick={() => signIn(questionText)} />,
    new_thread: () => (
      <ActionButton icon={<MessageSquarePlus />} label="Start a new thread" onClick={startNewThread} />
    ),
  };
  return (
    <Alert variant="danger" role={isNew ? "alert" : undefined}>
      <p>{error.message}</p>
      {error.action ? <div className="mt-1.5 flex flex-wrap gap-2">{button[error.action]()}</div> : null}
    </Alert>
  );
}

function ActionButton({ icon, label, onClick }: { icon: ReactNode; label: string; onClick: () => void }) {
  return (
    <Button size="sm" onClick={onClick}>
      {icon}
      {label}
    </Button>
  );
}
