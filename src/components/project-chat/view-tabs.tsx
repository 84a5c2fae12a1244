import { useRef } from "react";
import { cn } from "@/lib/cn";

export type WorkspaceView = "chat" | "files";
const VIEWS: { view: WorkspaceView; label: string }[] = [
  { view: "chat", label: "Chat" },
  { view: "files", label: "Files" },
];

/** A dot in the corner of what leads to something new. Decorative: NewFilesText says it in words. */
export function NewMark() {
  return <span aria-hidden className="absolute top-1 right-1 size-2 rounded-full bg-accent" />;
}

/** Describes what has a NewMark. */
export const NEW_FILES_ID = "new-files";

/** Tells once that files changed out of sight. */
export function NewFilesText({ hasNewFiles }: { hasNewFiles: boolean }) {
  return (
    <span id={NEW_FILES_ID} role="status" className="sr-only">
      {hasNewFiles ? "Files changed" : ""}
    </span>
  );
}

/**
 * Chat or files, where there is room for one (tabs of the ARIA Authoring Practices, with automatic
 * activation).
 */
export function ViewTabs({
  view,
  onViewChange,
  hasNewFiles,
  className,
}: {
  view: WorkspaceView;
  onViewChange: (view: WorkspaceView) => void;
  /** Files changed that were not looked at yet. */
  hasNewFiles: boolean;
  className?: string;
}) {
  const list = useRef<HTMLDivElement>(null);
  return (
    <div
      ref={list}
      role="tablist"
      aria-label="View"
      className={cn("inline-flex rounded-md border bg-surface-sunken p-0.5", className)}
    >
      {VIEWS.map((tab, index) => (
        <button
          key={tab.view}
          type="button"
          role="tab"
          id={`${tab.view}-tab`}
          aria-selected={tab.view === view}
          aria-controls={`${tab.view}-view`}
          aria-describedby={tab.view === "files" && hasNewFiles ? NEW_FILES_ID : undefined}
          tabIndex={tab.view === view ? 0 : -1}
          onClick={() => onViewChange(tab.view)}
          onKeyDown={(event) => {
            if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
            const other = VIEWS[1 - index];
            if (!other) return;
            event.preventDefault();
            onViewChange(other.view);
            list.current?.querySelector<HTMLElement>(`#${other.view}-tab`)?.focus();
          }}
          className={cn(
            "relative h-8 rounded-sm px-3 text-sm font-medium transition-colors duration-100 xs:px-4 pointer-coarse:h-9",
            tab.view === view
              ? "bg-surface-raised text-text shadow-xs ring-1 ring-border-strong"
              : "text-text-muted hover:text-text",
          )}
        >
          {tab.label}
          {tab.view === "files" && hasNewFiles ? <NewMark /> : null}
        </button>
      ))}
    </div>
  );
}
