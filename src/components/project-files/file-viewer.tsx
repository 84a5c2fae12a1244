"use client";

import { WrapText } from "lucide-react";
import { useEffect, useRef } from "react";
import { CopyButton } from "@/components/project-chat/copy-button";
import { Alert } from "@/components/ui/alert";
import { Badge } from "@/components/ui/badge";
import { Button, IconButton } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Skeleton } from "@/components/ui/skeleton";
import { Spinner } from "@/components/ui/spinner";
import { languageOfPath } from "./code-language";
import { formatSize } from "./format-size";
import { HighlightedCode } from "./highlighted-code";
import { useProjectFile } from "./use-project-files";
import { setWrapLines, useWrapLines } from "./wrap-lines";

/**
 * One file, highlighted.
 *
 * @param liveContent the new content the agent has written so far; shown instead of the stored one
 */
export default function FileViewer({
  projectId,
  path,
  liveContent,
}: {
  projectId: string;
  path: string;
  liveContent: string | null;
}) {
  return (
    <section aria-label={`File ${path}`} className="flex min-h-0 min-w-0 flex-1 flex-col">
      {liveContent === null ? (
        <StoredFile projectId={projectId} path={path} />
      ) : (
        <FileBeingWritten path={path} content={liveContent} />
      )}
    </section>
  );
}

function StoredFile({ projectId, path }: { projectId: string; path: string }) {
  const { file, isGone, failure, reload } = useProjectFile(projectId, path);
  if (isGone) {
    return (
      <EmptyState title="This file is gone">
        <span className="font-mono wrap-anywhere">{path}</span> was deleted from the project.
      </EmptyState>
    );
  }
  if (failure) {
    return (
      <div className="p-4">
        <Alert variant="danger">
          {failure}
          <div>
            <Button variant="link" size="sm" onClick={reload}>
              Load the file again
            </Button>
          </div>
        </Alert>
      </div>
    );
  }
  return (
    <>
      <ViewerHeader path={path}>
        {file ? (
          <>
            <span className="text-xs whitespace-nowrap text-text-muted">{formatSize(file.size)}</span>
            <CopyButton text={file.content} label={`Copy ${path}`} />
          </>
        ) : null}
      </ViewerHeader>
      {file ? (
        <Code path={path} content={file.content} />
      ) : (
        <div className="grid gap-2 p-4" aria-hidden>
          <Skeleton className="h-4 w-3/5" />
          <Skeleton className="h-4 w-4/5" />
          <Skeleton className="h-4 w-2/5" />
        </div>
      )}
    </>
  );
}

/** More than fits a screen; re-rendering a long file every few words would keep the page busy. */
const LIVE_LINES = 200;

function FileBeingWritten({ path, content }: { path: string; content: string }) {
  const isWrapped = useWrapLines();
  const scroller = useRef<HTMLPreElement>(null);
  useEffect(() => {
    // Follows the newest line, unless the reader has scrolled up.
    const element = scroller.current;
    if (!element || content === "") return;
    const isNearEnd = element.scrollHeight - element.scrollTop - element.clientHeight < 120;
    if (isNearEnd) element.scrollTop = element.scrollHeight;
  }, [content]);
  return (
    <>
      <ViewerHeader path={path}>
        <Badge variant="accent">
          <Spinner />
          Writing
        </Badge>
      </ViewerHeader>
      <CodeScroller path={path} ref={scroller}>
        <HighlightedCode code={content} language={null} lineNumbers wrap={isWrapped} tail={LIVE_LINES} />
      </CodeScroller>
    </>
  );
}

function ViewerHeader({ path, children }: { path: string; children: React.ReactNode }) {
  const slash = path.lastIndexOf("/") + 1;
  const isWrapped = useWrapLines();
  return (
    <header className="flex h-11 shrink-0 items-center gap-2 border-b px-4">
      <h3 className="min-w-0 flex-1 truncate text-sm" title={path}>
        <span className="text-text-muted">{path.slice(0, slash)}</span>
        <span className="font-medium">{path.slice(slash)}</span>
      </h3>
      {children}
      <IconButton
        label="Wrap lines"
        aria-pressed={isWrapped}
        onClick={() => setWrapLines(!isWrapped)}
        className="-mr-2 aria-pressed:bg-surface-hover aria-pressed:text-text"
      >
        <WrapText aria-hidden />
      </IconButton>
    </header>
  );
}

function Code({ path, content }: { path: string; content: string }) {
  const isWrapped = useWrapLines();
  if (content === "") return <p className="p-4 text-sm text-text-muted">This file is empty.</p>;
  return (
    <CodeScroller path={path}>
      <HighlightedCode
        code={content.replace(/\n$/, "")}
        language={languageOfPath(path)}
        lineNumbers
        wrap={isWrapped}
      />
    </CodeScroller>
  );
}

function CodeScroller({
  path,
  ref,
  children,
}: {
  path: string;
  ref?: React.Ref<HTMLPreElement>;
  children: React.ReactNode;
}) {
  return (
    <pre
      ref={ref}
      // It scrolls, so it must be reachable by keyboard.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      aria-label={`Content of ${path}`}
      role="region"
      className="min-h-0 flex-1 overflow-auto overscroll-contain py-3 pr-4 focus-visible:-outline-offset-2"
    >
      {children}
    </pre>
  );
}
