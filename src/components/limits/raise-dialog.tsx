import { type ReactNode, type SubmitEvent, useId, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Dialog, DialogBody, DialogFooter } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { limitInWords } from "@/contracts/limit-words";
import type { LimitView } from "@/contracts/spending-limits";
import { raisedUntil, scopeWords } from "./limit-words";
import { parseAmount } from "./parse-amount";

/** Adds to a limit until it resets. */
export function RaiseDialog({
  limit,
  isReady = true,
  children,
  onClose,
  onRaise,
}: {
  limit: LimitView;
  /** Whether what `children` ask for is there. */
  isReady?: boolean;
  /** Fields above the amount. */
  children?: ReactNode;
  onClose: () => void;
  onRaise: (raise: { by: number }) => Promise<void>;
}) {
  const id = useId();
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [pending, setPending] = useState(false);

  async function raise(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    if (pending || !isReady) return;
    const by = parseAmount(limit.measure, typed);
    if (!by) {
      setProblem("Write how much is to be added.");
      return document.getElementById(id)?.focus();
    }
    setPending(true);
    setFailure(null);
    try {
      await onRaise({ by });
      onClose();
    } catch (error) {
      setPending(false);
      if (!(error instanceof Error)) throw error;
      setFailure(error.message);
    }
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title="Raise once"
      description={`${scopeWords(limit)}, ${limitInWords(limit)}. ${raisedUntil(limit)}`}
      className="max-w-md"
    >
      <form noValidate onSubmit={(event) => void raise(event)} className="contents">
        <DialogBody className="grid gap-4">
          {children}
          <Field
            id={id}
            label={limit.measure === "micro_usd" ? "Add (US dollars)" : `Add (${limit.measure})`}
            error={problem}
          >
            {(control) => (
              <Input
                {...control}
                inputMode="decimal"
                autoComplete="off"
                maxLength={20}
                value={typed}
                onChange={(event) => {
                  setTyped(event.target.value);
                  setProblem(null);
                }}
              />
            )}
          </Field>
          {failure ? <Alert variant="danger">{failure}</Alert> : null}
        </DialogBody>
        <DialogFooter>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" pending={pending} disabled={!isReady}>
            Raise it
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
}
