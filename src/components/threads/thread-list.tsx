"use client";

import { Ellipsis, MessageSquarePlus, Pencil, Search, Trash2 } from "lucide-react";
import dynamic from "next/dynamic";
import { useRef, useState } from "react";
import { countOf } from "@/components/format-count";
import { Button } from "@/components/ui/button";
import { DropdownMenu, DropdownMenuItem, DropdownMenuSeparator } from "@/components/ui/dropdown-menu";
import { Input } from "@/components/ui/input";
import { RelativeTime } from "@/components/ui/relative-time";
import { Spinner } from "@/components/ui/spinner";
import type { Thread } from "@/contracts/threads";
import { cn } from "@/lib/cn";
import { findThreads } from "./find-threads";
import type { ThreadTask } from "./thread-dialogs";
import { ThreadTitle } from "./thread-title";
import { useThreads } from "./use-threads";

/** From this many threads on there is a search. */
const SEARCH_FROM = 7;

const ThreadDialogs = dynamic(() => import("./thread-dialogs"), { ssr: false });

/**
 * The threads of a project.
 *
 * @param activeId the open thread; a new one is not in the list until its first message
 * @param runningIds threads with a running agent, open or not
 * @param unseenIds threads whose agent has finished since they were last open
 * @param now the server's clock in milliseconds when it rendered the page
 */
export function ThreadList({
  projectId,
  activeId,
  runningIds,
  unseenIds,
  now,
  onOpen,
  onNew,
  onDeleted,
}: {
  projectId: string;
  activeId: string;
  runningIds: ReadonlySet<string>;
  unseenIds: ReadonlySet<string>;
  now: number;
  onOpen: (threadId: string) => void;
  onNew: () => void;
  onDeleted: (threadId: string) => void;
}) {
  const { threads, rename, remove } = useThreads(projectId);
  const [task, setTask] = useState<ThreadTask | null>(null);
  const [announcement, setAnnouncement] = useState("");
  const [search, setSearch] = useState("");
  const newButton = useRef<HTMLButtonElement>(null);
  const found = threads && findThreads(threads, search);
  return (
    <nav aria-label="Threads" className="flex min-h-0 flex-1 flex-col">
      <div className="p-2">
        <Button ref={newButton} variant="secondary" className="w-full" onClick={onNew}>
          <MessageSquarePlus aria-hidden />
          New thread
        </Button>
        {(threads?.length ?? 0) >= SEARCH_FROM || search !== "" ? (
          <div className="relative mt-2">
            <Search
              aria-hidden
              className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-text-muted"
            />
            <Input
              type="search"
              aria-label="Search threads"
              placeholder="Search threads"
              value={search}
              onChange={(event) => setSearch(event.target.value)}
              onKeyDown={(event) => {
                if (event.key !== "Escape" || search === "") return;
                // The first Escape clears the field, and leaves the drawer open.
                event.preventDefault();
                setSearch("");
              }}
              className="pl-8.5 [&::-webkit-search-cancel-button]:grayscale"
            />
          </div>
        ) : null}
      </div>
      {threads?.length === 0 ? (
        <p className="px-4 py-3 text-sm text-text-muted">
          Your conversations in this project will be listed here.
        </p>
      ) : found?.length === 0 ? (
        <p className="px-4 py-3 text-sm wrap-anywhere text-text-muted">
          No thread has “{search.trim()}” in its title.
        </p>
      ) : (
        <ul className="min-h-0 flex-1 space-y-px overflow-y-auto px-2 pb-3">
          {found?.map((thread) => (
            <ThreadRow
              key={thread.id}
              thread={thread}
              isActive={thread.id === activeId}
              isRunning={runningIds.has(thread.id)}
              isUnseen={unseenIds.has(thread.id)}
              now={now}
              onOpen={() => onOpen(thread.id)}
              onRename={() => setTask({ kind: "rename", thread })}
              onDelete={() => setTask({ kind: "delete", thread })}
            />
          ))}
        </ul>
      )}
      <p role="status" className="sr-only">
        {search.trim() !== "" && found ? `${countOf(found.length, "thread")} found.` : announcement}
      </p>
      {task ? (
        <ThreadDialogs
          projectId={projectId}
          task={task}
          onClose={() => setTask(null)}
          onRename={(title) => rename(task.thread.id, title)}
          onDelete={async () => {
            await remove(task.thread.id);
            setAnnouncement(`Thread ${task.thread.title} deleted.`);
            onDeleted(task.thread.id);
            // Its row, and with it the menu button that would get the focus back, is gone.
            newButton.current?.focus();
          }}
        />
      ) : null}
    </nav>
  );
}

function ThreadRow({
  thread,
  isActive,
  isRunning,
  isUnseen,
  now,
  onOpen,
  onRename,
  onDelete,
}: {
  thread: Thread;
  isActive: boolean;
  isRunning: boolean;
  isUnseen: boolean;
  now: number;
  onOpen: () => void;
  onRename: () => void;
  onDelete: () => void;
}) {
  return (
    <li
      className={cn(
        "group relative flex items-center rounded-md transition-colors duration-100",
        isActive ? "bg-surface-hover" : "hover:bg-surface-hover/60",
      )}
    >
      <a
        href={`?thread=${thread.id}`}
        aria-current={isActive ? "page" : undefined}
        onClick={(event) => {
          // Ctrl, ⌘, Shift or the middle button: another tab or window, as with every link.
          if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
          event.preventDefault();
          onOpen();
        }}
        className={cn(
          "flex h-9 min-w-0 flex-1 items-center gap-2 rounded-md pr-14 pl-2.5 text-sm pointer-coarse:h-11 pointer-coarse:pr-20",
          isActive || isUnseen ? "font-medium text-text" : "text-text-muted group-hover:text-text",
        )}
      >
        <ThreadTitle title={thread.title} />
        {isRunning ? (
          <Spinner className="shrink-0 text-accent-text" label="The agent is at work" />
        ) : isUnseen ? (
          <span className="shrink-0">
            <span aria-hidden className="block size-2 rounded-full bg-accent" />
            <span className="sr-only">New answer</span>
          </span>
        ) : null}
      </a>
      <RelativeTime
        at={thread.updatedAt}
        now={now}
        narrow
        className="pointer-events-none absolute right-2.5 text-xs whitespace-nowrap text-text-muted tabular-nums group-focus-within:opacity-0 group-hover:opacity-0 group-has-aria-expanded:opacity-0 pointer-coarse:right-11 pointer-coarse:opacity-100"
      />
      <div className="absolute right-0.5 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 has-aria-expanded:opacity-100 pointer-coarse:opacity-100">
        <DropdownMenu
          align="end"
          trigger={
            <Button
              variant="ghost"
              size="icon"
              aria-label={`Actions for thread ${thread.title}`}
              className="pointer-coarse:size-9"
            >
              <Ellipsis aria-hidden />
            </Button>
          }
        >
          <DropdownMenuItem onSelect={onRename}>
            <Pencil aria-hidden />
            Rename
          </DropdownMenuItem>
          <DropdownMenuSeparator />
          <DropdownMenuItem variant="danger" onSelect={onDelete}>
            <Trash2 aria-hidden />
            Delete
          </DropdownMenuItem>
        </DropdownMenu>
      </div>
    </li>
  );
}
