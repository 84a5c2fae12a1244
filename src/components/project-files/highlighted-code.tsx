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
 */
export function HighlightedCode({
  code,
  language,
  lineNumbers = false,
  className,
}: {
  code: string;
  language: CodeLanguage | null;
  lineNumbers?: boolean;
  className?: string;
}) {
  const lines = useHighlightedLines(code, language);
  return (
    <code
      className={cn(
        "block w-fit min-w-full font-mono text-[0.8125rem] leading-5 text-(--shiki-foreground) [counter-reset:line]",
        className,
      )}
    >
      {(lines ?? code.split("\n")).map((line, index) => (
        <span
          // Lines have no identity but their place.
          // oxlint-disable-next-line react/no-array-index-key
          key={index}
          className={cn(
            "block min-h-5 whitespace-pre",
            lineNumbers &&
              "pl-14 [counter-increment:line] before:-ml-14 before:mr-4 before:inline-block before:w-10 before:text-right before:text-text-muted/80 before:content-[counter(line)] before:select-none",
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
