import {
  ChevronRight,
  CircleAlert,
  CircleSlash,
  FilePen,
  FileSearch,
  FileText,
  FileX,
  Search,
  Wrench,
} from "lucide-react";
import type { ReactNode } from "react";
import { languageOfPath } from "@/components/project-files/code-language";
import { HighlightedCode } from "@/components/project-files/highlighted-code";
import { Spinner } from "@/components/ui/spinner";
import { cn } from "@/lib/cn";
import { refusalOf, type ToolCall, toolCallSummary } from "./tool-call-summary";

const ICONS: Record<string, typeof FileText> = {
  listFiles: FileSearch,
  readFile: FileText,
  writeFile: FilePen,
  editFile: FilePen,
  deleteFile: FileX,
  searchFiles: Search,
};

/** A tool call as an expandable line. @param isRunning whether the message is still streaming */
export function ToolCallLine({ call, isRunning }: { call: ToolCall; isRunning: boolean }) {
  const { state, text } = toolCallSummary(call, isRunning);
  const details = detailsOf(call);
  const Icon = ICONS[call.toolName] ?? Wrench;
  const line = (
    <>
      {state === "running" ? (
        <Spinner className="shrink-0 text-accent-text" />
      ) : state === "failed" ? (
        <CircleAlert aria-hidden className="size-4 shrink-0 text-danger-text" />
      ) : state === "stopped" ? (
        <CircleSlash aria-hidden className="size-4 shrink-0" />
      ) : (
        <Icon aria-hidden className="size-4 shrink-0" />
      )}
      <span className={cn("min-w-0 truncate", state === "failed" && "text-danger-text")}>{text}</span>
    </>
  );
  const lineClasses = "flex min-h-8 items-center gap-2 px-2.5 py-1 text-sm text-text-muted";
  if (!details) return <div className={lineClasses}>{line}</div>;
  return (
    <details className="group/tool">
      <summary
        className={cn(
          lineClasses,
          "cursor-pointer list-none rounded-md hover:text-text focus-visible:-outline-offset-2 [&::-webkit-details-marker]:hidden",
        )}
      >
        {line}
        <ChevronRight
          aria-hidden
          className="ml-auto size-3.5 shrink-0 transition-transform duration-100 group-open/tool:rotate-90"
        />
      </summary>
      <div className="border-t bg-surface-sunken">{details}</div>
    </details>
  );
}

/** Null if there is nothing to expand yet. */
function detailsOf(call: ToolCall): ReactNode {
  const refusal = refusalOf(call);
  if (refusal) return <p className="px-3 py-2 text-sm">{refusal}</p>;
  const { args, result } = call;
  const path = typeof args.path === "string" ? args.path : "";
  const record = typeof result === "object" && result !== null ? (result as Record<string, unknown>) : {};
  switch (call.toolName) {
    case "writeFile":
      return typeof args.content === "string" && result !== undefined ? (
        <Code code={args.content} path={path} />
      ) : null;
    case "readFile":
      return typeof record.content === "string" ? <Code code={record.content} path={path} /> : null;
    case "editFile":
      return typeof args.oldText === "string" && typeof args.newText === "string" && result !== undefined ? (
        <Change before={args.oldText} after={args.newText} />
      ) : null;
    case "listFiles":
      return Array.isArray(record.files) && record.files.length > 0 ? (
        <Lines lines={record.files.map((file: unknown) => fieldOf(file, "path"))} />
      ) : null;
    case "searchFiles":
      return Array.isArray(record.matches) && record.matches.length > 0 ? (
        <Lines
          lines={record.matches.map(
            (match: unknown) =>
              `${fieldOf(match, "path")}:${fieldOf(match, "line")}  ${fieldOf(match, "text").trim()}`,
          )}
        />
      ) : null;
    default:
      return null;
  }
}

function fieldOf(value: unknown, name: string): string {
  const field =
    typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  return typeof field === "string" || typeof field === "number" ? String(field) : "";
}

const scrollerClasses = "max-h-72 overflow-auto overscroll-contain px-3 py-2 focus-visible:-outline-offset-2";

function Code({ code, path }: { code: string; path: string }) {
  return (
    // It scrolls, so it must be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <pre tabIndex={0} role="group" aria-label={`Content of ${path}`} className={scrollerClasses}>
      <HighlightedCode code={code.replace(/\n$/, "")} language={languageOfPath(path)} />
    </pre>
  );
}

function Lines({ lines }: { lines: string[] }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <pre tabIndex={0} role="group" aria-label="Result" className={scrollerClasses}>
      <HighlightedCode code={lines.join("\n")} language={null} />
    </pre>
  );
}

function Change({ before, after }: { before: string; after: string }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <pre tabIndex={0} role="group" aria-label="Change" className={scrollerClasses}>
      <HighlightedCode code={[...marked(before, "-"), ...marked(after, "+")].join("\n")} language="diff" />
    </pre>
  );
}

function marked(text: string, mark: string): string[] {
  return text.split("\n").map((line) => `${mark} ${line}`);
}
