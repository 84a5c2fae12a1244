import { useRef } from "react";
import { cn } from "@/lib/cn";

export type WorkspaceView = "chat" | "files";
const VIEWS: { view: WorkspaceView; label: string }[] = [
  { view: "chat", label: "Chat" },
  { view: "files", label: "Files" },
];

/**
 * Chat or files, where there is room for one (tabs of the ARIA Authoring Practices, with automatic
 * activation).
 */
export function ViewTabs({
  view,
  onViewChange,
  className,
}: {
  view: WorkspaceView;
  onViewChange: (view: WorkspaceView) => void;
  className?: string;
}) {
  const list = useRef<HTMLDivElement>(null);
  return (
    <div
      ref={list}
      role="tablist"
      aria-label="View"
      className={cn("inline-flex rounded-md bg-surface-hover p-0.5", className)}
    >
      {VIEWS.map((tab, index) => (
        <button
          key={tab.view}
          type="button"
          role="tab"
          id={`${tab.view}-tab`}
          aria-selected={tab.view === view}
          aria-controls={`${tab.view}-view`}
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
            "h-8 rounded-sm px-4 text-sm font-medium transition-colors duration-100 pointer-coarse:h-9",
            tab.view === view ? "bg-surface-raised text-text shadow-xs" : "text-text-muted hover:text-text",
          )}
        >
          {tab.label}
        </button>
      ))}
    </div>
  );
}
