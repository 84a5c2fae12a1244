"use client";

import { useId, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog, DialogBody, DialogFooter } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import type { AccountLink } from "@/contracts/people";

/**
 * A link that was just made. It is shown here once: the server does not know its token any more. So Escape
 * closes it only after it was copied.
 */
export function LinkDialog({
  title,
  description,
  link,
  onClose,
}: {
  title: string;
  description: string;
  link: AccountLink;
  onClose: () => void;
}) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const copyButton = useRef<HTMLButtonElement>(null);
  const [outcome, setOutcome] = useState("");
  const [isCopied, setIsCopied] = useState(false);

  async function copy() {
    try {
      await navigator.clipboard.writeText(link.url);
      setIsCopied(true);
      setOutcome("Copied.");
    } catch {
      // No permission, or not a secure context (plain http from another machine): no clipboard access.
      field.current?.focus();
      setOutcome("Copying is not allowed here. The link is selected: copy it with the keyboard.");
    }
  }

  function mayDismiss() {
    if (!isCopied) setOutcome("It is not shown again. Copy the link first, or choose Done.");
    return isCopied;
  }

  const until = new Date(link.expiresAt).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
  return (
    <Dialog
      open
      dismissible={false}
      initialFocus={copyButton}
      {...{ title, description, onClose, mayDismiss }}
    >
      <DialogBody className="grid gap-4">
        <Field
          id={id}
          label="Link"
          hint={`It works once, until ${until}. It is not shown again: pass it on over a channel you trust.`}
        >
          {(control) => (
            <Input
              {...control}
              ref={field}
              readOnly
              value={link.url}
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
          Copy link
        </Button>
      </DialogFooter>
    </Dialog>
  );
}
