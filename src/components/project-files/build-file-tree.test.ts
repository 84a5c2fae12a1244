import { expect, test } from "vitest";
import { buildFileTree, type TreeNode } from "./build-file-tree";

const drawn = (nodes: TreeNode[], indent = ""): string[] =>
  nodes.flatMap((node) =>
    node.kind === "file"
      ? [indent + node.name]
      : [`${indent}${node.name}/`, ...drawn(node.children, `${indent}  `)],
  );
const tree = (...paths: string[]) => drawn(buildFileTree(paths.map((path) => ({ path, size: 1 }))));

test("folders come before files, numbers sort numerically", () => {
  expect(tree("readme.md", "page10.html", "page9.html", "src/b.ts", "src/a.ts", "lib/x.ts")).toEqual([
    "lib/",
    "  x.ts",
    "src/",
    "  a.ts",
    "  b.ts",
    "page9.html",
    "page10.html",
    "readme.md",
  ]);
});

test("a chain of folders with one folder each is one line", () => {
  expect(tree("src/app/api/route.ts", "src/app/api/v1/keys.ts")).toEqual([
    "src/app/api/",
    "  v1/",
    "    keys.ts",
    "  route.ts",
  ]);
});

test("a joined folder keeps its full path", () => {
  const [folder] = buildFileTree([{ path: "a/b/c.ts", size: 1 }]);
  expect(folder).toMatchObject({ kind: "folder", name: "a/b", path: "a/b" });
});

test("names that are special in JavaScript are ordinary names", () => {
  expect(tree("__proto__/constructor", "constructor", "toString/x")).toEqual([
    "__proto__/",
    "  constructor",
    "toString/",
    "  x",
    "constructor",
  ]);
});

test("no files, no tree", () => {
  expect(buildFileTree([])).toEqual([]);
});
