import type { WantedKey } from "@/components/ai-keys/wanted-key";
import { describeSelection } from "@/components/model-selector/describe-selection";
import { findChoice } from "@/components/model-selector/find-choice";
import { useAiKeys } from "@/components/model-selector/use-ai-keys";
import { useModelGroups } from "@/components/model-selector/use-model-groups";
import { useModelSelection } from "@/components/model-selector/use-model-selection";
import { Alert } from "@/components/ui/alert";
import type { ChatError } from "@/contracts/chat";
import { payerOf } from "@/contracts/payer";
import type { AnswerPayer } from "./answer-payer";
import { useChatActions } from "./chat-actions";
import { ErrorActions } from "./error-actions";
import { useLimitSteps } from "./use-limit-steps";
import { useStoppedKey } from "./use-stopped-key";

/**
 * What went wrong with a message, and what to do next. Stays on its message, even after the next one is sent.
 *
 * @param isNew it happened while the page is open, so it is announced at once
 * @param onRetry null if the message is no longer the last; retrying would cut off what followed
 * @param onEdit opens the question for editing; null if that would cut off what followed, too
 * @param questionText the person's question, kept as a draft if they have to sign in first
 * @param failed the payer of the failed request; null if it was refused before that was known
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
  failed: AnswerPayer | null;
}) {
  const { openModelSelector, startNewThread, signIn } = useChatActions();
  const nowChosen = useOtherChoice(failed);
  const wantedKey = useWantedKey(error, failed);
  const stopped = useStoppedKey(wantedKey);
  const { raise, ask, outcome } = useLimitSteps(error, onRetry);
  const chooseModel = () => openModelSelector("model-selection");
  return (
    // Only the sentence is an alert: a countdown inside one would be announced every second.
    <Alert variant="danger" role={undefined}>
      <p role={isNew ? "alert" : undefined}>{error.message}</p>
      <ErrorActions
        error={error}
        failed={failed}
        consoleUrl={stopped.consoleUrl}
        nowChosen={nowChosen}
        handlers={{
          open_api_keys: () => openModelSelector("api-keys", wantedKey),
          replace_key: () => openModelSelector("api-keys", wantedKey),
          ...stopped.handlers,
          open_model_selection: chooseModel,
          switch_key: chooseModel,
          switch_model: chooseModel,
          sign_in: () => signIn(questionText),
          new_thread: () => startNewThread(questionText),
          ...(onRetry ? { retry: onRetry } : {}),
          ...(onEdit ? { edit_message: onEdit } : {}),
          ...(raise ? { raise_limit: raise } : {}),
          ...(ask ? { ask_for_more: ask } : {}),
        }}
      />
      {stopped.beside}
      <p role="status" className="mt-1.5 empty:hidden">
        {outcome?.sentence}
      </p>
    </Alert>
  );
}

/** Failures that end with another key in the place of the one that failed. */
const ASKS_FOR_KEY: ReadonlySet<ChatError["code"]> = new Set([
  "provider_key_invalid",
  "personal_key_missing",
  "personal_key_unreadable",
  "key_expired",
  "key_paused",
]);

/** The key to replace, or to give, if the failure asks for one. */
function useWantedKey({ code }: ChatError, failed: AnswerPayer | null): WantedKey | undefined {
  const { payer, provider, keyId } = useModelSelection();
  if (!ASKS_FOR_KEY.has(code)) return undefined;
  if (failed) {
    return failed.keyProvider === "personal"
      ? { provider: failed.aiProvider, keyId: failed.keyId }
      : undefined;
  }
  return payer === "person" ? { provider, keyId: keyId ?? null } : undefined;
}

/** The current selection in words, if it is not the key and model that failed; else null. */
function useOtherChoice(failed: AnswerPayer | null): string | null {
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
