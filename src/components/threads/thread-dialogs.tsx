"use client";

import { ConfirmDialog } from "@/components/ui/alert-dialog";
import type { Thread } from "@/contracts/threads";
import { ThreadTitleDialog } from "./thread-title-dialog";

export type ThreadTask = { kind: "rename" | "delete"; thread: Thread };

/** What the menu of a thread opens. A part of its own, because most visits never open it. */
export default function ThreadDialogs({
  task,
  onClose,
  onRename,
  onDelete,
}: {
  task: ThreadTask;
  onClose: () => void;
  onRename: (title: string) => Promise<void>;
  onDelete: () => Promise<void>;
}) {
  const close = (open: boolean) => {
    if (!open) onClose();
  };
  return task.kind === "rename" ? (
    <ThreadTitleDialog open onOpenChange={close} initialTitle={task.thread.title} onSubmit={onRename} />
  ) : (
    <ConfirmDialog
      open
      onOpenChange={close}
      title="Delete this thread?"
      description={
        <>
          “{task.thread.title}” and all its messages go for good. Files the agent wrote stay in the project.
        </>
      }
      confirmLabel="Delete thread"
      onConfirm={onDelete}
    />
  );
}
