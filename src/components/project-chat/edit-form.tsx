import { useId, useState } from "react";
import { Button } from "@/components/ui/button";
import { Textarea } from "@/components/ui/textarea";
import { CHAT_TEXT_MAX_LENGTH } from "@/contracts/limits";

/** Changes a text in its place: Enter submits, Escape cancels. */
export function EditForm({
  label,
  submitLabel,
  initialText,
  isBusy = false,
  onCancel,
  onSubmit,
}: {
  label: string;
  submitLabel: string;
  initialText: string;
  isBusy?: boolean;
  onCancel: () => void;
  onSubmit: (text: string) => void;
}) {
  const id = useId();
  const [text, setText] = useState(initialText);
  const canSubmit = text.trim() !== "" && text.length <= CHAT_TEXT_MAX_LENGTH && !isBusy;
  const submit = () => {
    if (canSubmit) onSubmit(text.trim());
  };
  return (
    <form
      className="grid w-full scroll-my-4 gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <label htmlFor={id} className="sr-only">
        {label}
      </label>
      <Textarea
        id={id}
        value={text}
        // The person has just pressed "Edit".
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        onFocus={(event) => {
          event.currentTarget.setSelectionRange(text.length, text.length);
          event.currentTarget.form?.scrollIntoView({ block: "nearest" });
        }}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") {
            event.preventDefault();
            onCancel();
          } else if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
            event.preventDefault();
            submit();
          }
        }}
        className="max-h-80 text-base!"
      />
      <div className="flex justify-end gap-2">
        <Button size="sm" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" size="sm" variant="primary" disabled={!canSubmit}>
          {submitLabel}
        </Button>
      </div>
    </form>
  );
}
