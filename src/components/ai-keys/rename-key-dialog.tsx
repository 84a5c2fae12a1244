import { type RefObject, type SubmitEvent, useId, useRef, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import {
  Dialog,
  DialogBody,
  DialogContent,
  DialogFooter,
  DialogHeader,
  DialogTitle,
} from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import type { AI_KEY_LABEL_MAX_LENGTH, AiKeySummary } from "@/contracts/ai-keys";
import { ApiError } from "@/lib/http/api-client";
import { changeKey } from "./ai-key-calls";

/** Written out because importing the value would bring the schema library into the page; the type keeps it honest. */
const MAX_LENGTH: typeof AI_KEY_LABEL_MAX_LENGTH = 60;

/** Asks for a key's new name. */
export function RenameKeyDialog({ keyToName, close }: { keyToName: AiKeySummary; close: () => void }) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <Dialog open onOpenChange={close}>
      <DialogContent initialFocus={field} className="max-w-md">
        <DialogHeader>
          <DialogTitle>Rename key</DialogTitle>
        </DialogHeader>
        <NameForm keyToName={keyToName} fieldRef={field} close={close} />
      </DialogContent>
    </Dialog>
  );
}

function NameForm({
  keyToName,
  fieldRef,
  close,
}: {
  keyToName: AiKeySummary;
  fieldRef: RefObject<HTMLInputElement | null>;
  close: () => void;
}) {
  const id = useId();
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);

  function refuse(sentence: string) {
    setProblem(sentence);
    fieldRef.current?.focus();
  }

  async function rename(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const label = fieldRef.current?.value.trim() ?? "";
    if (!label) return refuse("Give the key a name.");
    if (label === keyToName.label) return close();
    setPending(true);
    setFailure(null);
    try {
      await changeKey(keyToName.id, { label });
      close();
    } catch (error) {
      setPending(false);
      if (!(error instanceof ApiError)) throw error;
      if (error.code === "invalid_request") refuse(error.message);
      else setFailure(error.message);
    }
  }

  return (
    <form noValidate onSubmit={(event) => void rename(event)} className="contents">
      <DialogBody className="grid gap-4">
        <Field id={id} label="Name" error={problem}>
          {(control) => (
            <Input
              {...control}
              ref={fieldRef}
              defaultValue={keyToName.label}
              maxLength={MAX_LENGTH}
              autoComplete="off"
              onFocus={(event) => event.currentTarget.select()}
              onChange={() => setProblem(null)}
            />
          )}
        </Field>
        {failure ? <Alert variant="danger">{failure}</Alert> : null}
      </DialogBody>
      <DialogFooter>
        <Button onClick={close}>Cancel</Button>
        <Button type="submit" variant="primary" pending={pending}>
          Rename
        </Button>
      </DialogFooter>
    </form>
  );
}
