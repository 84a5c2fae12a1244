import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { memorySettings } from "../../scripts/lib/memory-settings";

test("an operator who sizes the server's memory decides alone", () => {
  const NODE_OPTIONS = "--enable-source-maps --max-old-space-size=2000";
  expect(memorySettings({ MALLOC_ARENA_MAX: "8", NODE_OPTIONS })).toEqual({
    flags: [],
    env: { MALLOC_ARENA_MAX: "8" },
  });
  expect(memorySettings({ NODE_OPTIONS: "--enable-source-maps" }).flags).not.toEqual([]);
});

test("Node knows the flags", () => {
  const { flags } = memorySettings({});
  const { status, stderr } = spawnSync(process.execPath, [...flags, "--eval", ""], { encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});
