import { expect, test } from "vitest";
import { buildFileTree, type TreeNode } from "./build-file-tree";

const drawn = (nodes: TreeNode[], indent = ""): string[] =>
  nodes.flatMap((node) =>
    node.kind === "file"
      ? [indent + node.name]
      : [`${indent}${node.name}/`, ...drawn(node.children, `${indent}  `)],
  );
const tree = (...paths: string[]) => drawn(buildFileTree(paths.map((path) => ({ path, size: 1 }))));

test("folders stand before files, numbers count as numbers", () => {
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

test("a chain of folders with nothing else in them is one line", () => {
  expect(tree("src/app/api/route.ts", "src/app/api/v1/keys.ts")).toEqual([
    "src/app/api/",
    "  v1/",
    "    keys.ts",
    "  route.ts",
  ]);
});

test("a folder keeps its whole path, however its line is joined", () => {
  const [folder] = buildFileTree([{ path: "a/b/c.ts", size: 1 }]);
  expect(folder).toMatchObject({ kind: "folder", name: "a/b", path: "a/b" });
});

test("names that mean something to JavaScript are only names", () => {
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
