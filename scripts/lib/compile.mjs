// @ts-check
// Compiles our TypeScript programs to JavaScript, so that a command starts in a fraction of a second.
// Compiled when a source has changed, and cached under node_modules/.cache. Plain syntax: run.mjs uses it on
// any Node.
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import path from "node:path";

/** Server modules import "server-only", which is an error without the condition; stacks name the sources. */
const NODE_FLAGS = ["--conditions=react-server", "--enable-source-maps"];

/** A running program loads parts of itself later, so older output is kept for a while. */
const KEPT_MS = 7 * 24 * 60 * 60 * 1000;

const OPTIONS = /** @type {const} */ ({
  bundle: true,
  // Commands are imported on demand.
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node24",
  packages: "external",
  sourcemap: "linked",
  metafile: true,
  logLevel: "silent",
});

/** The product's server (src/server/main.ts), which `npm run build` compiles too. */
export const SERVER = "src/server/main.ts";

/**
 * Compiles a program unless its sources are unchanged.
 *
 * @param {string} root folder of package.json
 * @param {string} entry relative to it: "scripts/launcher.ts"
 * @returns {Promise<string[]>} arguments for Node 24 that run it
 * @throws when a source does not parse or an import is not found
 */
export async function compiledProgram(root, entry) {
  // Next brings the server modules of the product itself, and chooses React for each of its parts.
  return [...(entry === SERVER ? [] : NODE_FLAGS), await compiledFile(root, entry)];
}

/**
 * @param {string} root
 * @param {string} entry
 * @returns {Promise<string>} the compiled program
 */
async function compiledFile(root, entry) {
  const folder = path.join(root, "node_modules", ".cache", "orchestral", "programs");
  const name = entry.replaceAll("/", "-").replace(/\.ts$/, "");
  const record = path.join(folder, `${name}.json`);
  const known = readRecord(record);
  if (known && known.hash === hashOf(root, known.inputs)) {
    const program = programFile(folder, name, known.hash);
    if (fs.existsSync(program)) return program;
  }
  const draft = makeDraft(folder);
  try {
    const inputs = await bundle(root, entry, draft, OPTIONS);
    // mkdtemp makes a private folder; the commands may be started by another user than the one who builds.
    fs.chmodSync(draft, 0o755);
    const hash = hashOf(root, inputs) ?? "";
    const program = programFile(folder, name, hash);
    // Another process may have compiled it meanwhile.
    if (!fs.existsSync(program)) fs.renameSync(draft, path.dirname(program));
    const note = `${draft}.json`;
    fs.writeFileSync(note, JSON.stringify({ hash, inputs }));
    fs.renameSync(note, record);
    return program;
  } finally {
    fs.rmSync(draft, { recursive: true, force: true });
  }
}

/**
 * @param {string} folder
 * @throws with a sentence for a person when the tree belongs to another user or is mounted read-only
 */
function makeDraft(folder) {
  try {
    fs.mkdirSync(folder, { recursive: true });
    removeOld(folder);
    return fs.mkdtempSync(path.join(folder, "draft-"));
  } catch (cause) {
    throw new Error(
      `This user cannot write to ${folder}, where compiled commands are kept. Run "npm run build" once as the user the files belong to; after that a read-only tree is enough.`,
      { cause },
    );
  }
}

/**
 * @param {string} folder
 * @param {string} name
 * @param {string} hash
 */
function programFile(folder, name, hash) {
  return path.join(folder, `${name}-${hash.slice(0, 16)}`, "main.js");
}

/**
 * Bundles a program as main.js, with each worker thread it starts in a file next to it.
 *
 * @param {string} root folder of package.json
 * @param {string} entry relative to it
 * @param {string} outdir
 * @param {import("esbuild").BuildOptions} options
 * @returns {Promise<string[]>} every source, from the root
 */
export async function bundle(root, entry, outdir, options) {
  const { build } = await import("esbuild");
  /** @type {Map<string, string>} name to source */
  const threads = new Map();
  fs.mkdirSync(outdir, { recursive: true });
  const common = {
    ...options,
    absWorkingDir: root,
    outdir,
    metafile: true,
    plugins: [sourcePlaces(threads, fs.realpathSync(outdir))],
  };
  const program = await build({ ...common, entryPoints: { main: entry } });
  const inputs = Object.keys(program.metafile?.inputs ?? {});
  if (threads.size > 0) {
    const beside = await build({ ...common, entryPoints: Object.fromEntries(threads) });
    inputs.push(...Object.keys(beside.metafile?.inputs ?? {}));
  }
  return [...new Set(inputs)].toSorted();
}

/** How a source refers to a worker thread's source; Turbopack understands it too. */
const THREAD_SOURCE = /new URL\("\.\/([\w-]+)\.ts", import\.meta\.url\)/g;

/**
 * Keeps a source's path to itself, and to a thread's source next to it, correct in the compiled program. The
 * first is relative to the program, so that the tree may be moved, or copied into an image.
 *
 * @param {Map<string, string>} threads those found are added
 * @param {string} outdir where the program will be, or a folder beside it
 * @returns {import("esbuild").Plugin}
 */
function sourcePlaces(threads, outdir) {
  return {
    name: "source-places",
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, ({ path: file }) => {
        const text = fs.readFileSync(file, "utf8");
        const folder = path.dirname(file);
        const fromProgram = JSON.stringify(path.relative(outdir, folder));
        const dirname = `process.getBuiltinModule("node:path").resolve(import.meta.dirname, ${fromProgram})`;
        for (const [, name = ""] of text.matchAll(THREAD_SOURCE)) {
          threads.set(name, path.join(folder, `${name}.ts`));
        }
        return {
          contents: text
            .replaceAll("import.meta.dirname", dirname)
            .replaceAll(THREAD_SOURCE, 'new URL("./$1.js", import.meta.url)'),
          loader: "ts",
        };
      });
    },
  };
}

/**
 * @param {string} file
 * @returns {{ hash: string, inputs: string[] } | undefined}
 */
function readRecord(file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * Where the sources are, seen from the compiled program: two trees may share one node_modules by a link.
 *
 * @param {string} root
 * @returns {string}
 */
function placeOf(root) {
  const modules = path.join(root, "node_modules");
  return fs.existsSync(modules) ? path.relative(fs.realpathSync(modules), fs.realpathSync(root)) : "..";
}

/**
 * @param {string} root
 * @param {readonly string[]} inputs
 * @returns {string | undefined} undefined if one of them is missing
 */
function hashOf(root, inputs) {
  const hash = createHash("sha256").update(JSON.stringify([placeOf(root), OPTIONS]));
  try {
    for (const file of ["package.json", "tsconfig.json", ...inputs]) {
      hash.update(`\0${file}\0`).update(fs.readFileSync(path.join(root, file)));
    }
  } catch {
    return undefined;
  }
  return hash.digest("hex");
}

/** @param {string} folder */
function removeOld(folder) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory() && Date.now() - fs.statSync(place).mtimeMs > KEPT_MS) {
      fs.rmSync(place, { recursive: true, force: true });
    }
  }
}
