import {
  CreditCard,
  ExternalLink,
  KeyRound,
  LogIn,
  type LucideIcon,
  MessageSquarePlus,
  Pencil,
  Settings2,
} from "lucide-react";
import { describeSelection } from "@/components/model-selector/describe-selection";
import { findChoice } from "@/components/model-selector/find-choice";
import { useModelSelection } from "@/components/model-selector/model-selection-store";
import { useAiKeys } from "@/components/model-selector/use-ai-keys";
import { useModelGroups } from "@/components/model-selector/use-model-groups";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import type { ChatError, ChatErrorAction } from "@/contracts/chat";
import { payerOf } from "@/contracts/payer";
import { useChatActions } from "./chat-actions";
import { offeredActions } from "./offered-actions";
import type { Purse } from "./purse";
import { RetryButton } from "./retry-button";

/**
 * What went wrong with a message, and the next click. Stays on its message, also after the next one was sent.
 *
 * @param isNew it happened while the reader is here: read out at once
 * @param onRetry null when the message is not the last any more; trying again would cut off what followed
 * @param onEdit opens the question for editing; null when that would cut off what followed, too
 * @param questionText what the person had asked, to bring along when they have to sign in first
 * @param failed who was to pay; null when it was refused before that was settled
 */
export function ChatErrorNotice({
  error,
  isNew,
  onRetry,
  onEdit,
  questionText,
  failed,
}: {
  error: ChatError;
  isNew: boolean;
  onRetry: (() => void) | null;
  onEdit: (() => void) | null;
  questionText: string;
  failed: Purse | null;
}) {
  const nowChosen = useOtherChoice(failed);
  return (
    // The sentence alone is an alert: a countdown inside one would be read out every second.
    <Alert variant="danger" role={undefined}>
      <p role={isNew ? "alert" : undefined}>{error.message}</p>
      <div className="mt-1.5 flex flex-wrap gap-2 empty:hidden">
        {offeredActions(error, nowChosen !== null).map((action) =>
          action === "retry" ? (
            onRetry ? (
              <RetryButton
                key={action}
                // Another key or model has its own limits.
                retryAt={nowChosen ? undefined : error.retryAt}
                withWhat={nowChosen}
                onRetry={onRetry}
              />
            ) : null
          ) : action === "edit_message" ? (
            onEdit ? (
              <Button key={action} size="sm" onClick={onEdit}>
                <Pencil aria-hidden />
                Edit message
              </Button>
            ) : null
          ) : (
            <ActionButton key={action} action={action} error={error} questionText={questionText} />
          ),
        )}
      </div>
    </Alert>
  );
}

/** What is chosen now, in words, if it is another key or model than the one that failed; else null. */
function useOtherChoice(failed: Purse | null): string | null {
  const selection = useModelSelection();
  const { groups } = useModelGroups();
  const { keys } = useAiKeys();
  if (!failed) return null;
  const keyId = selection.keyId ?? (groups && findChoice(groups, selection)?.group.keyId) ?? null;
  const isSame =
    selection.payer === payerOf(failed.keyProvider) &&
    selection.provider === failed.aiProvider &&
    selection.model === failed.model &&
    (keyId === null || failed.keyId === null || keyId === failed.keyId);
  if (isSame) return null;
  const { model, payerWords } = describeSelection(selection, groups, keys);
  return `${model}, ${payerWords}`;
}

/** Those that lead away from the conversation; the others need its messages. */
type LeadingAction = Exclude<ChatErrorAction, "retry" | "edit_message">;

const BUTTONS: Record<LeadingAction, { icon: LucideIcon; label: string }> = {
  open_api_keys: { icon: KeyRound, label: "Open API Keys" },
  open_model_selection: { icon: Settings2, label: "Choose model and key" },
  sign_in: { icon: LogIn, label: "Sign in" },
  open_billing: { icon: CreditCard, label: "Add credit" },
  switch_key: { icon: KeyRound, label: "Switch key" },
  switch_model: { icon: Settings2, label: "Switch model" },
  new_thread: { icon: MessageSquarePlus, label: "Start a new thread" },
};

function ActionButton({
  action,
  error,
  questionText,
}: {
  action: LeadingAction;
  error: ChatError;
  questionText: string;
}) {
  const { openModelSelector, startNewThread, signIn } = useChatActions();
  const { icon: Icon, label } = BUTTONS[action];
  if (action === "open_billing") {
    return (
      <Button size="sm" asChild>
        <a href={error.billingUrl} target="_blank" rel="noopener noreferrer">
          <Icon aria-hidden />
          {label}
          <ExternalLink aria-hidden className="size-3.5!" />
          <span className="sr-only">(opens in a new tab)</span>
        </a>
      </Button>
    );
  }
  const onClick = {
    open_api_keys: () => openModelSelector("api-keys"),
    open_model_selection: () => openModelSelector("model-selection"),
    switch_key: () => openModelSelector("model-selection"),
    switch_model: () => openModelSelector("model-selection"),
    sign_in: () => signIn(questionText),
    new_thread: startNewThread,
  }[action];
  return (
    <Button size="sm" onClick={onClick}>
      <Icon aria-hidden />
      {action === "open_api_keys" && error.code === "provider_key_invalid" ? "Update key" : label}
    </Button>
  );
}
