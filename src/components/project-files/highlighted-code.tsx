"use client";

import { useEffect, useState } from "react";
import { cn } from "@/lib/cn";
import type { CodeLanguage } from "./code-language";
import type { CodeToken } from "./highlight";

/**
 * Code, plain at first and coloured when the highlighter has it. Colours change no widths, so nothing moves.
 *
 * @param language null: stays plain
 * @param lineNumbers drawn by CSS, so that they are not copied along
 * @param tail draws only this many of the last lines, for code that is growing; their numbers stay right
 */
export function HighlightedCode({
  code,
  language,
  lineNumbers = false,
  tail,
  className,
}: {
  code: string;
  language: CodeLanguage | null;
  lineNumbers?: boolean;
  tail?: number;
  className?: string;
}) {
  const coloured = useHighlightedLines(code, language);
  const all = coloured ?? code.split("\n");
  const left = tail === undefined ? 0 : Math.max(0, all.length - tail);
  return (
    <code
      className={cn(
        "block w-fit min-w-full font-mono text-[0.8125rem] leading-5 text-(--shiki-foreground)",
        className,
      )}
    >
      {all.slice(left).map((line, index) => (
        <span
          // Lines have no identity but their place in the whole code: so a line that stays is not drawn again.
          // oxlint-disable-next-line react/no-array-index-key
          key={left + index}
          // Not a CSS counter: one more line would number, shape and lay out all of them again.
          data-line={lineNumbers ? left + index + 1 : undefined}
          className={cn(
            "block min-h-5 whitespace-pre",
            lineNumbers &&
              "pl-14 before:-ml-14 before:mr-4 before:inline-block before:w-10 before:text-right before:text-text-muted/80 before:content-[attr(data-line)] before:select-none",
          )}
        >
          {typeof line === "string" ? line : line.map(renderToken)}
          {"\n"}
        </span>
      ))}
    </code>
  );
}

function renderToken({ text, color }: CodeToken, index: number) {
  return (
    <span
      // oxlint-disable-next-line react/no-array-index-key
      key={index}
      style={color ? { color } : undefined}
    >
      {text}
    </span>
  );
}

function useHighlightedLines(code: string, language: CodeLanguage | null): CodeToken[][] | null {
  const [highlighted, setHighlighted] = useState<{ code: string; lines: CodeToken[][] } | null>(null);
  useEffect(() => {
    if (!language) return;
    let isCurrent = true;
    const colour = async () => {
      const { highlight } = await import("./highlight");
      const lines = await highlight(code, language);
      if (isCurrent && lines) setHighlighted({ code, lines });
    };
    // Without the highlighter (no network any more) the code stays plain.
    colour().catch(() => {});
    return () => {
      isCurrent = false;
    };
  }, [code, language]);
  return highlighted?.code === code ? highlighted.lines : null;
}
