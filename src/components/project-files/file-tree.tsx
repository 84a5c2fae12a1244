"use client";

import { ChevronRight, FileText } from "lucide-react";
import { useState } from "react";
import { Spinner } from "@/components/ui/spinner";
import type { ProjectFileSummary } from "@/contracts/project-files";
import { cn } from "@/lib/cn";
import { buildFileTree, type FolderNode, type TreeNode } from "./build-file-tree";
import { formatSize } from "./format-size";
import type { LiveWrites } from "./live-writes";

/** The files of a project as nested lists of buttons, which work with every screen reader and keyboard. */
export function FileTree({
  files,
  liveWrites,
  openPath,
  onOpen,
}: {
  files: ProjectFileSummary[];
  liveWrites: LiveWrites;
  openPath: string | null;
  onOpen: (path: string) => void;
}) {
  const known = new Set(files.map(({ path }) => path));
  const arriving = [...liveWrites.keys()]
    .filter((path) => !known.has(path))
    .map((path) => ({ path, size: 0 }));
  return (
    <Nodes
      nodes={buildFileTree([...files, ...arriving])}
      depth={0}
      {...{ liveWrites, openPath, onOpen }}
      label="Files"
    />
  );
}

interface NodesProps {
  depth: number;
  liveWrites: LiveWrites;
  openPath: string | null;
  onOpen: (path: string) => void;
}

const INDENT = ["pl-2", "pl-5", "pl-8", "pl-11", "pl-14", "pl-17"];
const rowClasses =
  "flex h-7 w-full items-center gap-1.5 rounded-sm pr-2 text-left text-sm transition-colors duration-100 hover:bg-surface-hover pointer-coarse:h-10";

function Nodes({ nodes, label, ...props }: NodesProps & { nodes: TreeNode[]; label?: string }) {
  const { depth, liveWrites, openPath, onOpen } = props;
  const indent = INDENT[Math.min(depth, INDENT.length - 1)];
  return (
    <ul aria-label={label} className="space-y-px">
      {nodes.map((node) =>
        node.kind === "folder" ? (
          <Folder key={`${node.path}/`} folder={node} {...props} />
        ) : (
          <li key={node.path}>
            <button
              type="button"
              aria-current={node.path === openPath ? "true" : undefined}
              onClick={() => onOpen(node.path)}
              className={cn(
                rowClasses,
                indent,
                node.path === openPath
                  ? "bg-surface-hover font-medium text-text"
                  : "text-text-muted hover:text-text",
              )}
            >
              <FileText aria-hidden className="size-3.5 shrink-0 opacity-70" />
              <span className="truncate">{node.name}</span>
              {liveWrites.has(node.path) ? (
                <Spinner className="ml-auto shrink-0 text-accent-text" label="being written" />
              ) : openPath === null ? (
                <span className="ml-auto shrink-0 text-xs tabular-nums">{formatSize(node.size)}</span>
              ) : null}
            </button>
          </li>
        ),
      )}
    </ul>
  );
}

function Folder({ folder, ...props }: NodesProps & { folder: FolderNode }) {
  const [isOpen, setIsOpen] = useState(true);
  const indent = INDENT[Math.min(props.depth, INDENT.length - 1)];
  return (
    <li>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setIsOpen(!isOpen)}
        className={cn(rowClasses, indent, "text-text-muted hover:text-text")}
      >
        <ChevronRight
          aria-hidden
          className={cn("size-3.5 shrink-0 transition-transform duration-100", isOpen && "rotate-90")}
        />
        <span className="truncate">{folder.name}</span>
      </button>
      {isOpen ? <Nodes nodes={folder.children} {...props} depth={props.depth + 1} /> : null}
    </li>
  );
}
