import { type ReactNode, type SubmitEvent, useId, useRef, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import type { AiKeySummary } from "@/contracts/ai-keys";
import { ApiError } from "@/lib/http/api-client";
import { pastedKeyHint } from "./pasted-key-hint";
import { saveAnthropicKey } from "./use-ai-keys";

/**
 * The one place of the page that ever holds a key. It lives in the DOM field alone (uncontrolled), never in React
 * state, and leaves it when the server has it. When saving fails it stays in the field, so that nobody has to fetch it
 * from the provider's console again.
 */
export function AnthropicKeyForm({
  saved,
  onSaved,
  onChange,
  deleteButton,
  children,
}: {
  saved: AiKeySummary | null;
  onSaved: () => void;
  /** Somebody types: what was said about the last save is over. */
  onChange: () => void;
  deleteButton: ReactNode;
  /** The status line, between the field and the buttons. */
  children: ReactNode;
}) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [fieldVersion, setFieldVersion] = useState(0);
  const [pending, setPending] = useState(false);
  const [hint, setHint] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);

  async function save(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    if (pending) return;
    if (!field.current?.value.trim()) {
      setProblem("Paste an API key before saving.");
      field.current?.focus();
      return;
    }
    setPending(true);
    setProblem(null);
    setFailure(null);
    try {
      await saveAnthropicKey(field.current.value.trim());
      field.current.value = "";
      // A new element, because the browser's undo history and its form restoration belong to the old one.
      setFieldVersion((version) => version + 1);
      setHint(null);
      onSaved();
    } catch (error) {
      const refused = error instanceof ApiError && error.status === 400;
      if (refused) setProblem(error.message);
      else setFailure(error instanceof Error ? error.message : "The key was not saved. Try again.");
      field.current?.focus();
    } finally {
      setPending(false);
    }
  }

  return (
    <form onSubmit={(event) => void save(event)} autoComplete="off" noValidate className="grid gap-4">
      <Field
        id={id}
        label="Anthropic API Key"
        error={problem}
        hint={
          <>
            {saved
              ? "Paste another key to replace the saved one. "
              : "Saved sealed, used for your messages only, never shown again. "}
            <a
              href="https://console.anthropic.com/settings/keys"
              target="_blank"
              rel="noreferrer"
              className="font-medium text-accent-text underline decoration-accent-text/40 underline-offset-3 hover:decoration-current"
            >
              Get a key<span className="sr-only"> at Anthropic (opens in a new tab)</span>
            </a>
          </>
        }
      >
        {(control) => (
          <KeyInput
            key={fieldVersion}
            {...control}
            ref={field}
            onChange={(event) => {
              // The hint is derived here and the text itself is not kept.
              setHint(pastedKeyHint(event.currentTarget.value));
              setProblem(null);
              onChange();
            }}
          />
        )}
      </Field>
      <div aria-live="polite" className="empty:hidden">
        {hint ? (
          <Alert variant="warning" role={undefined}>
            {hint}
          </Alert>
        ) : null}
      </div>
      {failure ? <Alert variant="danger">{failure} Your key is still in the field.</Alert> : null}
      {children}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" pending={pending}>
          Save Key
        </Button>
        {deleteButton}
      </div>
    </form>
  );
}

/**
 * A masked field that no password manager takes for a login.
 *
 * `type="password"` is what they look for: Chromium ignores `autocomplete="off"` on it, fills the site's password in
 * and offers to save the key as one (lobe-chat #1075, frappe/flow_client #103). So it is a text field that the browser
 * draws as dots (`-webkit-text-security`: Chromium, Safari, Firefox 111), with the opt-outs the large managers document.
 * Where dots cannot be drawn, being masked matters more and it is a password field after all.
 */
function KeyInput(props: React.ComponentProps<typeof Input>) {
  const canMask = CSS.supports("-webkit-text-security", "disc");
  return (
    <Input
      {...props}
      type={canMask ? "text" : "password"}
      placeholder="sk-ant-..."
      name={`field-${props.id}`}
      autoComplete={canMask ? "off" : "new-password"}
      autoCapitalize="off"
      autoCorrect="off"
      spellCheck={false}
      data-1p-ignore=""
      data-lpignore="true"
      data-bwignore="true"
      data-form-type="other"
      className="font-mono not-placeholder-shown:[-webkit-text-security:disc]"
    />
  );
}
