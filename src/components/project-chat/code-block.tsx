import { languageOfFence } from "@/components/project-files/code-language";
import { HighlightedCode } from "@/components/project-files/highlighted-code";
import { CopyButton } from "./copy-button";

/**
 * A fenced code block of an answer.
 * @param isGrowing it is still being written, and highlighted once complete
 */
export function CodeBlock({
  code,
  language,
  isGrowing,
}: {
  code: string;
  language: string;
  isGrowing: boolean;
}) {
  return (
    <div className="min-w-0 overflow-hidden rounded-lg border bg-surface-sunken">
      <div className="flex h-9 items-center justify-between border-b py-0 pr-1 pl-3">
        <span className="font-mono text-xs text-text-muted">{language || "text"}</span>
        <CopyButton text={code} label="Copy code" className="size-7" />
      </div>
      {/* It scrolls, so it must be reachable by keyboard. */}
      <pre
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        role="group"
        aria-label={`Code${language ? `, ${language}` : ""}`}
        className="overflow-x-auto overscroll-x-contain px-3 py-2.5 focus-visible:-outline-offset-2"
      >
        <HighlightedCode code={code} language={isGrowing ? null : languageOfFence(language)} />
      </pre>
    </div>
  );
}
