"use client";

import { useEffect, useState } from "react";
import { cn } from "@/lib/cn";
import type { CodeLanguage } from "./code-language";
import type { CodeToken } from "./highlight";

/**
 * Code, plain at first and highlighted when ready. Colours change no widths, so nothing moves.
 *
 * @param language null: stays plain
 * @param lineNumbers rendered by CSS, so that they are not copied with the code
 * @param wrap continues long lines below, beside their number, instead of scrolling
 * @param tail renders only this many of the last lines, for growing code; their line numbers stay correct
 */
export function HighlightedCode({
  code,
  language,
  lineNumbers = false,
  wrap = false,
  tail,
  className,
}: {
  code: string;
  language: CodeLanguage | null;
  lineNumbers?: boolean;
  wrap?: boolean;
  tail?: number;
  className?: string;
}) {
  const coloured = useHighlightedLines(code, language);
  const all = coloured ?? code.split("\n");
  const left = tail === undefined ? 0 : Math.max(0, all.length - tail);
  return (
    <code
      className={cn(
        "block font-mono text-[0.8125rem] leading-5 text-(--shiki-foreground)",
        wrap ? "w-full" : "w-fit min-w-full",
        className,
      )}
    >
      {all.slice(left).map((line, index) => (
        <span
          // Lines are identified by their place in the whole code, so unchanged lines are not rendered again.
          // oxlint-disable-next-line react/no-array-index-key
          key={left + index}
          // Not a CSS counter: with each new line the browser would number, shape and lay out all lines
          // again.
          data-line={lineNumbers ? left + index + 1 : undefined}
          className={cn(
            "block min-h-5",
            wrap ? "wrap-anywhere whitespace-pre-wrap" : "whitespace-pre",
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
    // Without the highlighter (offline) the code stays plain.
    colour().catch(() => {});
    return () => {
      isCurrent = false;
    };
  }, [code, language]);
  return highlighted?.code === code ? highlighted.lines : null;
}
