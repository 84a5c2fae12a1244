"use client";

import { useRef } from "react";
import { ConfirmDialog } from "@/components/ui/alert-dialog";
import { NameDialog } from "@/components/ui/name-dialog";
import { THREAD_TITLE_MAX_LENGTH } from "@/contracts/limits";
import type { Thread } from "@/contracts/threads";
import { SuggestTitle } from "./suggest-title";

export type ThreadTask = { kind: "rename" | "delete"; thread: Thread };

/** The dialogs of a thread's menu. A separate chunk, because most visits never open it. */
export default function ThreadDialogs({
  projectId,
  task,
  onClose,
  onRename,
  onDelete,
}: {
  projectId: string;
  task: ThreadTask;
  onClose: () => void;
  onRename: (title: string) => Promise<void>;
  onDelete: () => Promise<void>;
}) {
  const fillTitle = useRef<(title: string) => void>(null);
  return task.kind === "rename" ? (
    <NameDialog
      open
      onClose={onClose}
      title="Rename thread"
      label="Title"
      initialName={task.thread.title}
      maxLength={THREAD_TITLE_MAX_LENGTH}
      missing="Give the thread a title."
      fill={fillTitle}
      onSubmit={async (title) => {
        await onRename(title);
        onClose();
      }}
    >
      <SuggestTitle
        projectId={projectId}
        threadId={task.thread.id}
        onTitle={(title) => fillTitle.current?.(title)}
      />
    </NameDialog>
  ) : (
    <ConfirmDialog
      open
      onClose={onClose}
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
