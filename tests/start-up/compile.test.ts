import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compiledProgram } from "../../scripts/lib/compile.mjs";

let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), "orchestral-programs-")));
  mkdirSync(path.join(root, "scripts/lib"), { recursive: true });
  write("package.json", '{ "type": "module" }');
  write("tsconfig.json", "{}");
  write("scripts/main.ts", 'import { word } from "./lib/word";\nconsole.log(import.meta.dirname, word);');
  write("scripts/lib/word.ts", 'export const word: string = "one";');
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (file: string, text: string) => writeFileSync(path.join(root, file), text);
const compile = () => compiledProgram(root, "scripts/main.ts");
const run = (program: readonly string[]) => execFileSync(process.execPath, program, { encoding: "utf8" });

describe("a compiled program", () => {
  it("does what its sources say, and knows their folder", async () => {
    const program = await compile();
    expect(run(program)).toBe(`${path.join(root, "scripts")} one\n`);
    expect(statSync(path.dirname(program.at(-1) ?? "")).mode & 0o755, "for other users too").toBe(0o755);
  });

  it("is compiled again when a source changed, and only then", async () => {
    const first = await compile();
    const made = statSync(first.at(-1) ?? "").mtimeMs;
    expect(await compile()).toEqual(first);
    expect(statSync(first.at(-1) ?? "").mtimeMs).toBe(made);
    write("scripts/lib/word.ts", 'export const word = "two";');
    expect(run(await compile())).toContain(" two");
    expect(run(first), "one that is running finds its own parts").toContain(" one");
  });

  it("is still good when the tree is moved, and knows its new folder", async () => {
    await compile();
    const moved = `${root} under another näme`;
    renameSync(root, moved);
    const made = statSync(path.join(moved, "node_modules/.cache/orchestral/programs")).mtimeMs;
    const program = await compiledProgram(moved, "scripts/main.ts");
    expect(run(program)).toBe(`${path.join(moved, "scripts")} one\n`);
    expect(statSync(path.join(moved, "node_modules/.cache/orchestral/programs")).mtimeMs).toBe(made);
    rmSync(moved, { recursive: true });
  });

  it("of two trees that share their node_modules by a link knows its own folder", async () => {
    await compile();
    const other = `${root}-other`;
    cpSync(path.join(root, "scripts"), path.join(other, "scripts"), { recursive: true });
    for (const file of ["package.json", "tsconfig.json"])
      cpSync(path.join(root, file), path.join(other, file));
    symlinkSync(path.join(root, "node_modules"), path.join(other, "node_modules"));
    expect(run(await compiledProgram(other, "scripts/main.ts"))).toBe(`${path.join(other, "scripts")} one\n`);
    expect(run(await compile())).toBe(`${path.join(root, "scripts")} one\n`);
    rmSync(other, { recursive: true });
  });

  it("that may not be written says who has to compile it", async () => {
    write("node_modules", "a file where the folder should be");
    await expect(compile()).rejects.toThrow(
      /^This user cannot write to .*Run "npm run build" once as the user/,
    );
  });

  it("may be asked for by several processes at once", async () => {
    const programs = await Promise.all([compile(), compile(), compile()]);
    expect(new Set(programs.map((program) => program.at(-1))).size).toBe(1);
    expect(run(await compile())).toContain(" one");
  });

  it("that does not compile says where, and leaves the last one alone", async () => {
    const first = await compile();
    write("scripts/lib/word.ts", "export const word = ;");
    await expect(compile()).rejects.toThrow(/scripts\/lib\/word\.ts:1/);
    expect(run(first)).toContain(" one");
  });
});
