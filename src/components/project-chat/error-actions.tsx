import {
  ArrowUp,
  CalendarPlus,
  CreditCard,
  ExternalLink,
  Hand,
  KeyRound,
  LogIn,
  type LucideIcon,
  MessageSquarePlus,
  Pencil,
  Play,
  RefreshCw,
  Settings2,
} from "lucide-react";
import { EXTENSION_DAYS } from "@/components/ai-keys/extend-key";
import { Button } from "@/components/ui/button";
import type { ChatError } from "@/contracts/chat";
import type { ErrorAction } from "@/contracts/error-table";
import { limitAmount } from "@/contracts/limit-words";
import type { AnswerPayer } from "./answer-payer";
import { offeredActions } from "./offered-actions";
import { RetryButton } from "./retry-button";

/** The provider's pages are plain links. */
type LinkAction = "open_billing" | "open_console";

/** Click handlers of the actions available now. */
export type ErrorActionHandlers = Partial<Record<Exclude<ErrorAction, LinkAction>, () => void>>;

/**
 * The buttons of an error, as the server named them.
 *
 * @param failed the payer of the failed request; null if it was refused before that was known
 * @param consoleUrl the provider's page for its keys, if it has one
 * @param nowChosen the current selection in words, if another key or model was chosen since; else null
 */
export function ErrorActions({
  error,
  failed,
  consoleUrl,
  nowChosen,
  handlers,
}: {
  error: ChatError;
  failed: AnswerPayer | null;
  consoleUrl: string | null;
  nowChosen: string | null;
  handlers: ErrorActionHandlers;
}) {
  return (
    <div className="mt-1.5 flex flex-wrap gap-2 empty:hidden">
      {offeredActions(error, nowChosen !== null).map((action) => {
        if (action === "open_billing") {
          return <PageLink key={action} href={error.billingUrl} icon={CreditCard} label="Add credit" />;
        }
        if (action === "open_console") {
          if (consoleUrl === null) return null;
          return <PageLink key={action} href={consoleUrl} icon={KeyRound} label="Open the console" />;
        }
        const onClick = handlers[action];
        if (!onClick) return null;
        if (action === "retry") {
          // Another key or model has its own rate limits.
          const retryAt = nowChosen ? undefined : error.retryAt;
          return <RetryButton key={action} retryAt={retryAt} withWhat={nowChosen} onRetry={onClick} />;
        }
        const { icon: Icon, label } = BUTTONS[action];
        return (
          <Button key={action} size="sm" onClick={onClick}>
            <Icon aria-hidden />
            {labelOf(action, error, failed) ?? label}
          </Button>
        );
      })}
    </div>
  );
}

const BUTTONS: Record<Exclude<ErrorAction, LinkAction | "retry">, { icon: LucideIcon; label: string }> = {
  open_api_keys: { icon: KeyRound, label: "Open API Keys" },
  open_model_selection: { icon: Settings2, label: "Choose model and key" },
  sign_in: { icon: LogIn, label: "Sign in" },
  switch_key: { icon: KeyRound, label: "Switch key" },
  switch_model: { icon: Settings2, label: "Switch model" },
  new_thread: { icon: MessageSquarePlus, label: "Start a new thread" },
  edit_message: { icon: Pencil, label: "Edit message" },
  extend_key: { icon: CalendarPlus, label: `Extend by ${EXTENSION_DAYS} days` },
  replace_key: { icon: RefreshCw, label: "Replace key" },
  resume_key: { icon: Play, label: "Resume key" },
  raise_limit: { icon: ArrowUp, label: "Raise the limit once" },
  ask_for_more: { icon: Hand, label: "Ask for more" },
};

/** What an action is called for this error; undefined for its usual label. */
function labelOf(action: ErrorAction, { code, limit }: ChatError, failed: AnswerPayer | null) {
  if (action === "open_api_keys" && code === "provider_key_invalid") return keyButton(failed);
  if (action === "raise_limit" && limit?.raiseBy != null) {
    return `Raise it once by ${limitAmount(limit.measure, limit.raiseBy)}`;
  }
  return undefined;
}

/** An endpoint that was saved without a key turned out to ask for one. */
function keyButton(failed: AnswerPayer | null): string {
  return failed?.last4 === "" ? "Add a key" : "Update key";
}

function PageLink({
  href,
  icon: Icon,
  label,
}: {
  href: string | undefined;
  icon: LucideIcon;
  label: string;
}) {
  return (
    <Button size="sm" asChild>
      <a href={href} target="_blank" rel="noopener noreferrer">
        <Icon aria-hidden />
        {label}
        <ExternalLink aria-hidden className="size-3.5!" />
        <span className="sr-only">(opens in a new tab)</span>
      </a>
    </Button>
  );
}
