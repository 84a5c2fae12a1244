const SUGGESTIONS = [
  "Build a small to-do list app",
  "Write a TypeScript function that turns titles into slugs, with tests",
  "Make a counter page in one file",
  "Write a README for this project",
];

/** Placeholder of an empty conversation. @param onWake see Composer */
export function EmptyChat({
  projectName,
  onSuggestion,
  onWake,
}: {
  projectName: string;
  onSuggestion: (text: string) => void;
  onWake: () => void;
}) {
  return (
    <div className="m-auto w-full max-w-2xl px-4 py-10">
      <h2 className="font-display text-2xl font-semibold tracking-[-0.02em] text-balance">
        What shall we build in <span className="wrap-anywhere">{projectName}</span>?
      </h2>
      <p className="mt-2 max-w-lg text-pretty text-text-muted">
        Describe it in your words. The agent writes the files, and you watch them appear as they come.
      </p>
      <ul aria-label="Suggestions" className="mt-7 grid gap-2 sm:grid-cols-2">
        {SUGGESTIONS.map((suggestion) => (
          <li key={suggestion} className="flex">
            <button
              type="button"
              onClick={() => onSuggestion(suggestion)}
              onPointerEnter={onWake}
              onFocus={onWake}
              className="w-full rounded-lg border bg-surface px-3.5 py-3 text-left text-sm text-pretty shadow-xs transition-colors duration-100 hover:border-border-strong hover:bg-surface-raised"
            >
              {suggestion}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
