"use client";

import { useId, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog, DialogBody, DialogFooter } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";

/** A signing secret that was just made. It is shown once, so Escape closes it only after it was copied. */
export function WebhookSecretDialog({ secret, onClose }: { secret: string; onClose: () => void }) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const copyButton = useRef<HTMLButtonElement>(null);
  const [outcome, setOutcome] = useState("");
  const [isCopied, setIsCopied] = useState(false);

  async function copy() {
    try {
      await navigator.clipboard.writeText(secret);
      setIsCopied(true);
      setOutcome("Copied.");
    } catch {
      // No permission, or not a secure context: no clipboard access.
      field.current?.focus();
      setOutcome("Copying is not allowed here. The secret is selected: copy it with the keyboard.");
    }
  }

  function mayDismiss() {
    if (!isCopied) setOutcome("It is not shown again. Copy the secret first, or choose Done.");
    return isCopied;
  }

  return (
    <Dialog
      open
      dismissible={false}
      initialFocus={copyButton}
      title="Signing secret"
      description="Your receiver verifies with it that a message comes from here."
      onClose={onClose}
      mayDismiss={mayDismiss}
    >
      <DialogBody className="grid gap-4">
        <Field id={id} label="Secret" hint="It is not shown again. You can make a new one at any time.">
          {(control) => (
            <Input
              {...control}
              ref={field}
              readOnly
              value={secret}
              onCopy={() => setIsCopied(true)}
              onFocus={(event) => event.currentTarget.select()}
              className="font-mono text-xs"
            />
          )}
        </Field>
        <p role="status" className="text-sm text-text-muted empty:hidden">
          {outcome}
        </p>
      </DialogBody>
      <DialogFooter>
        <Button onClick={onClose}>Done</Button>
        <Button ref={copyButton} variant="primary" onClick={() => void copy()}>
          Copy secret
        </Button>
      </DialogFooter>
    </Dialog>
  );
}
