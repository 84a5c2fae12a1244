import { Check } from "lucide-react";

/** "Saved", beside the button that did it. Always in the document, so that a reader notices when it fills. */
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
