import { Check } from "lucide-react";

/** "Saved", next to the button. Always in the document, so that screen readers announce its text. */
export function FormResult({ text }: { text: string | null }) {
  return (
    <output className="inline-flex items-center gap-1.5 text-sm text-success-text">
      {text ? (
        <>
          <Check aria-hidden className="size-4 shrink-0" />
          {text}
        </>
      ) : null}
    </output>
  );
}
