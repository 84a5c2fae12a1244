/** Shows that another key, model or provider answers from here on. */
export function SwitchLine({ sentence }: { sentence: string }) {
  return (
    <p className="mb-3 flex items-center gap-3 text-xs text-text-muted before:h-px before:min-w-4 before:flex-1 before:bg-border after:h-px after:min-w-4 after:flex-1 after:bg-border">
      <span className="min-w-0 text-center wrap-anywhere">{sentence}</span>
    </p>
  );
}
