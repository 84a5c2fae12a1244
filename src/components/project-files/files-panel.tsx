"use client";

import { FileCode2 } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import { EmptyState } from "@/components/ui/empty-state";
import { Skeleton } from "@/components/ui/skeleton";
import { FileTree } from "./file-tree";
import { useLiveWrites } from "./live-writes";
import { useProjectFiles } from "./use-project-files";

const FileViewer = dynamic(() => import("./file-viewer"), { ssr: false });

/**
 * A project's files: tree and viewer, side by side if there is room, otherwise stacked. While the agent
 * writes, its file opens automatically, until the reader chooses one.
 */
export function FilesPanel({ projectId }: { projectId: string }) {
  const { files } = useProjectFiles(projectId);
  const liveWrites = useLiveWrites(projectId);
  const [chosenPath, setChosenPath] = useState<string | null>(null);
  const [followedPath, setFollowedPath] = useState<string | null>(null);

  const writtenNow = [...liveWrites.keys()].at(-1) ?? null;
  // Kept after writing ends, so that the file just written stays in view.
  if (writtenNow !== null && writtenNow !== followedPath) setFollowedPath(writtenNow);
  const openPath = chosenPath ?? followedPath;

  if (files === null) {
    return (
      <div className="grid gap-2 p-4">
        <Skeleton className="h-5 w-2/3" />
        <Skeleton className="h-5 w-1/2" />
      </div>
    );
  }
  if (files.length === 0 && liveWrites.size === 0) {
    return (
      <EmptyState icon={<FileCode2 />} title="No files yet" className="m-auto">
        Ask for something in the chat. Files appear here while they are being written.
      </EmptyState>
    );
  }
  return (
    <div className="@container flex min-h-0 flex-1 flex-col">
      <div className="flex min-h-0 flex-1 flex-col @xl:flex-row">
        <div
          className={
            openPath
              ? "max-h-2/5 shrink-0 overflow-y-auto overscroll-contain border-b p-2 @xl:max-h-none @xl:w-52 @xl:border-r @xl:border-b-0"
              : "min-h-0 flex-1 overflow-y-auto overscroll-contain p-2"
          }
        >
          <FileTree
            files={files}
            liveWrites={liveWrites}
            openPath={openPath}
            onOpen={(path) => {
              setChosenPath(path);
              setFollowedPath(null);
            }}
          />
        </div>
        {openPath ? (
          <FileViewer
            key={openPath}
            projectId={projectId}
            path={openPath}
            liveContent={liveWrites.get(openPath) ?? null}
          />
        ) : null}
      </div>
    </div>
  );
}
