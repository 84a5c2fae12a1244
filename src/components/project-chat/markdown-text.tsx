"use client";

import { Square, SquareCheck } from "lucide-react";
import {
  createContext,
  isValidElement,
  memo,
  type ReactNode,
  startTransition,
  use,
  useEffect,
  useId,
  useMemo,
  useState,
} from "react";
import ReactMarkdown, { type Components, type ExtraProps } from "react-markdown";
import remarkGfm from "remark-gfm";
import { Button } from "@/components/ui/button";
import { CodeBlock } from "./code-block";
import { planMarkdown } from "./markdown-plan";
import { PlainText } from "./plain-text";

/** Length of a text that is still growing; a code block at its end is not highlighted yet. */
const GrowingTo = createContext<number | null>(null);

const PLUGINS = [remarkGfm];

/**
 * An answer's Markdown. Raw HTML in it is shown as text, links go only to http, https and mailto
 * (react-markdown's own rules), and images become links: an image address is fetched without a click and
 * could carry data out of the conversation to an attacker who planted it in a file the agent read.
 */
export default function MarkdownText({ text, isGrowing }: { text: string; isGrowing: boolean }) {
  const [isPlain, setIsPlain] = useState(false);
  const pieces = useMemo(() => planMarkdown(text, isGrowing), [text, isGrowing]);
  const formatted = useFormattedCount(pieces.length, isGrowing);
  const isPartlyPlain = !isGrowing && pieces.some(({ kind }) => kind === "plain");
  return (
    <div className="grid min-w-0 gap-3 wrap-anywhere">
      {isPlain ? (
        <PlainText text={text} />
      ) : (
        pieces.map(({ text: piece, kind }, index) =>
          kind === "plain" || index >= formatted ? (
            // Pieces only ever grow at the end.
            // oxlint-disable-next-line react/no-array-index-key
            <PlainPiece key={index} text={piece} isWhole={isGrowing || kind === "markdown"} />
          ) : (
            // oxlint-disable-next-line react/no-array-index-key
            <Chunk key={index} text={piece} isGrowing={isGrowing && index === pieces.length - 1} />
          ),
        )
      )}
      {isPartlyPlain ? (
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-text-muted">
          {isPlain ? "Shown as plain text." : "What is too large to format is shown as plain text."}
          <Button variant="link" size="sm" onClick={() => setIsPlain(!isPlain)}>
            {isPlain ? "Format what can be" : "Show all as plain text"}
          </Button>
        </p>
      ) : null}
    </div>
  );
}

/** Pieces that are formatted together, so that the page can answer in between. */
const AT_ONCE = 4;

/** Of a long answer that is opened, the pieces are formatted a few at a time; before that they are text. */
function useFormattedCount(count: number, isGrowing: boolean): number {
  const [formatted, setFormatted] = useState(isGrowing ? Number.POSITIVE_INFINITY : AT_ONCE);
  const isBehind = formatted < count;
  useEffect(() => {
    if (!isBehind) return;
    const timer = setTimeout(() => startTransition(() => setFormatted(formatted + AT_ONCE)));
    return () => clearTimeout(timer);
  }, [isBehind, formatted]);
  return formatted;
}

/** Characters of a piece that is not formatted: the rest is there with "Show all as plain text". */
const PLAIN_START = 20_000;

function PlainPiece({ text, isWhole }: { text: string; isWhole: boolean }) {
  const shown = isWhole || text.length <= PLAIN_START ? text : `${text.slice(0, PLAIN_START)} …`;
  return <PlainText text={shown.replace(/\n+$/, "")} />;
}

const Chunk = memo(function Chunk({ text, isGrowing }: { text: string; isGrowing: boolean }) {
  const id = useId();
  // Footnote ids must be unique on the page: two answers may both have a footnote 1.
  const options = useMemo(() => ({ clobberPrefix: `${id}-` }), [id]);
  return (
    <GrowingTo value={isGrowing ? text.trimEnd().length : null}>
      <ReactMarkdown remarkPlugins={PLUGINS} remarkRehypeOptions={options} components={COMPONENTS}>
        {text}
      </ReactMarkdown>
    </GrowingTo>
  );
});

// The page has its own h1 and h2; an answer's headings come below them.
const headingClasses = "font-semibold tracking-[-0.01em] [&:not(:first-child)]:mt-2";
const COMPONENTS: Components = {
  h1: ({ children }) => <h3 className={`${headingClasses} text-lg`}>{children}</h3>,
  h2: ({ id, className, children }) => (
    // The hidden footnotes heading, which labels their section.
    <h4 id={id} className={className ?? `${headingClasses} text-lg`}>
      {children}
    </h4>
  ),
  h3: ({ children }) => <h5 className={headingClasses}>{children}</h5>,
  h4: ({ children }) => <h6 className={headingClasses}>{children}</h6>,
  h5: ({ children }) => <h6 className={headingClasses}>{children}</h6>,
  h6: ({ children }) => <h6 className={headingClasses}>{children}</h6>,
  p: ({ children }) => <p>{children}</p>,
  ul: ({ children }) => <ul className="grid list-disc gap-1.5 pl-5 marker:text-text-muted">{children}</ul>,
  ol: ({ children, start }) => (
    <ol start={start} className="grid list-decimal gap-1.5 pl-6 marker:text-text-muted marker:tabular-nums">
      {children}
    </ol>
  ),
  li: ({ children }) => <li className="[&>ol]:mt-1.5 [&>ul]:mt-1.5">{children}</li>,
  blockquote: ({ children }) => (
    <blockquote className="grid gap-3 border-l-2 border-border-strong/60 pl-4 text-text-muted">
      {children}
    </blockquote>
  ),
  input: ({ checked }) => <TaskMark isDone={checked === true} />,
  hr: () => <hr className="my-2" />,
  strong: ({ children }) => <strong className="font-semibold">{children}</strong>,
  a: ({ href, id, children }) =>
    href?.startsWith("#") ? (
      <a href={href} id={id} className={linkClasses}>
        {children}
      </a>
    ) : (
      <OutsideLink href={href}>{children}</OutsideLink>
    ),
  img: ({ src, alt }) => (
    <OutsideLink href={typeof src === "string" ? src : undefined}>
      Image: {alt || "without a description"}
    </OutsideLink>
  ),
  table: ({ children }) => (
    // It scrolls, so it must be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div tabIndex={0} role="group" aria-label="Table" className="overflow-x-auto rounded-md border">
      <table className="w-full border-collapse text-left text-sm [&_td]:border-t [&_td]:px-3 [&_td]:py-1.5 [&_th]:bg-surface-sunken [&_th]:px-3 [&_th]:py-1.5 [&_th]:font-medium">
        {children}
      </table>
    </div>
  ),
  code: ({ children }) => (
    <code className="rounded-xs bg-surface-hover px-1 py-px font-mono text-[0.86em]">{children}</code>
  ),
  pre: FencedCode,
};

const linkClasses =
  "text-accent-text underline decoration-accent-text/40 underline-offset-3 hover:decoration-current";

/** Task list items cannot be toggled here, so this is an icon and not a disabled checkbox without a name. */
function TaskMark({ isDone }: { isDone: boolean }) {
  const Icon = isDone ? SquareCheck : Square;
  return (
    <Icon role="img" aria-label={isDone ? "Done:" : "Open:"} className="mr-1 inline size-4 align-[-0.15em]" />
  );
}

function OutsideLink({ href, children }: { href: string | undefined; children: ReactNode }) {
  if (!href) return <>{children}</>;
  return (
    <a
      href={href}
      target="_blank"
      // The target gets neither this page's URL nor a handle to its window.
      rel="noopener noreferrer nofollow"
      className={linkClasses}
    >
      {children}
    </a>
  );
}

function FencedCode({ node, children }: { children?: ReactNode } & ExtraProps) {
  const growingTo = use(GrowingTo);
  const code = isValidElement<{ className?: string; children?: ReactNode }>(children) ? children.props : null;
  const language = /language-(\S+)/.exec(code?.className ?? "")?.[1] ?? "";
  const end = node?.position?.end.offset ?? 0;
  return (
    <CodeBlock
      code={textOf(code?.children).replace(/\n$/, "")}
      language={language}
      isGrowing={growingTo !== null && end >= growingTo}
    />
  );
}

function textOf(children: ReactNode): string {
  if (typeof children === "string") return children;
  return Array.isArray(children) ? children.map(textOf).join("") : "";
}
