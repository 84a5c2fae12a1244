import type { ProjectFileSummary } from "@/contracts/project-files";

export interface FolderNode {
  kind: "folder";
  /** `src` of `src/app`. Folders that hold nothing but one folder are joined: `src/app`. */
  name: string;
  path: string;
  children: TreeNode[];
}
interface FileNode {
  kind: "file";
  name: string;
  path: string;
  size: number;
}
export type TreeNode = FolderNode | FileNode;

/** The tree of a project's files: folders before files, both in natural sort order. */
export function buildFileTree(files: Pick<ProjectFileSummary, "path" | "size">[]): TreeNode[] {
  const root: FolderNode = { kind: "folder", name: "", path: "", children: [] };
  const folders = new Map<string, FolderNode>([["", root]]);

  const folderAt = (path: string): FolderNode => {
    const known = folders.get(path);
    if (known) return known;
    const slash = path.lastIndexOf("/");
    const folder: FolderNode = { kind: "folder", name: path.slice(slash + 1), path, children: [] };
    folders.set(path, folder);
    folderAt(slash < 0 ? "" : path.slice(0, slash)).children.push(folder);
    return folder;
  };

  for (const { path, size } of files) {
    const slash = path.lastIndexOf("/");
    const parent = folderAt(slash < 0 ? "" : path.slice(0, slash));
    parent.children.push({ kind: "file", name: path.slice(slash + 1), path, size });
  }
  return arranged(root.children);
}

const collator = new Intl.Collator(undefined, { numeric: true });

function arranged(nodes: TreeNode[]): TreeNode[] {
  return nodes
    .map((node) => (node.kind === "file" ? node : joined({ ...node, children: arranged(node.children) })))
    .toSorted((a, b) =>
      a.kind === b.kind ? collator.compare(a.name, b.name) : a.kind === "folder" ? -1 : 1,
    );
}

function joined(folder: FolderNode): FolderNode {
  const [only, ...others] = folder.children;
  if (!only || others.length > 0 || only.kind !== "folder") return folder;
  return { ...only, name: `${folder.name}/${only.name}` };
}
