import { type SubmitEvent, useEffect } from "react";
import { Button } from "@/components/ui/button";
import { Dialog, DialogBody, DialogFooter } from "@/components/ui/dialog";
import type { ProviderFacts } from "@/contracts/provider";
import { ConsoleLink } from "./console-link";
import type { SavedKey } from "./key-form";
import { MaskedKey } from "./masked-key";
import { ReplacementFields } from "./replacement-fields";
import { type Replacement, useReplacement } from "./use-replacement";

interface Props extends Replacement {
  close: () => void;
  /** The pasted key was recognized as another provider's and saved there. */
  onSavedElsewhere: (saved: SavedKey) => void;
}

/** Replaces the secret of a key (use-replacement.ts). */
export function ReplaceKeyDialog(props: Props) {
  const { label, last4 } = props.keyToReplace;
  return (
    <Dialog
      open
      onClose={props.close}
      title="Replace key"
      description={
        <>
          “{label}” <MaskedKey last4={last4} /> keeps its name and place, and chats that use it go on with the
          new key.
        </>
      }
      className="max-w-md"
    >
      <ReplaceForm {...props} />
    </Dialog>
  );
}

function ReplaceForm({ close, onSavedElsewhere, ...props }: Props) {
  const replacement = useReplacement({
    ...props,
    onReplaced: (result) => {
      close();
      props.onReplaced(result);
    },
  });
  const { fields } = replacement;
  const keyField = fields.refs.key;
  // Not the address of a custom endpoint, which the browser would focus: the person came to give a key.
  useEffect(() => keyField.current?.focus(), [keyField]);

  async function saveFor(owner: ProviderFacts) {
    try {
      onSavedElsewhere({ facts: owner, keyId: await fields.saveFor(owner), kept: "stored" });
      close();
    } catch (error) {
      fields.explain(error, "The key was not saved. Try again.");
    }
  }

  return (
    <form
      method="post"
      noValidate
      autoComplete="off"
      onSubmit={(event: SubmitEvent<HTMLFormElement>) => {
        event.preventDefault();
        void replacement.replace(false);
      }}
      className="contents"
    >
      <DialogBody className="grid gap-4">
        <ReplacementFields
          replacement={replacement}
          keyToReplace={props.keyToReplace}
          label="New key"
          asksHowLong
          onSaveFor={saveFor}
          hint={
            <>
              Tested before anything changes.{" "}
              <ConsoleLink facts={props.facts} className="text-accent-text">
                Get a key
              </ConsoleLink>
            </>
          }
        />
      </DialogBody>
      <DialogFooter>
        <Button onClick={close}>Cancel</Button>
        <Button type="submit" variant="primary" pending={replacement.pending}>
          Replace key
        </Button>
      </DialogFooter>
    </form>
  );
}
