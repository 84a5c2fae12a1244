import { availableParallelism } from "node:os";
import path from "node:path";
import { defineConfig } from "vitest/config";

const root = import.meta.dirname;

const resolve = {
  alias: {
    "@": path.join(root, "src"),
    // `server-only` throws outside a React server bundle; under test every file runs on the server.
    "server-only": path.join(root, "tests/support/empty.ts"),
  },
};

/**
 * Limits end what hangs, and are no measure of speed: they leave room for a machine that is many times
 * slower. Whoever polls goes on as soon as it is there.
 */
const expect = { poll: { timeout: 30_000, interval: 50 } };

const inProcess = {
  env: { LOG_LEVEL: "silent", NODE_COMPILE_CACHE: path.join(root, "node_modules/.cache/node-compile") },
  testTimeout: 120_000,
  hookTimeout: 180_000,
  expect,
};

/** Beside the source, but about the memory of a whole process. */
const NEEDS_A_PROCESS = "src/lib/encryption/disclosure.test.ts";

export default defineConfig({
  test: {
    // Half as many again as cores: most tests wait for a server or a database as often as they work. (Vitest's own
    // choice, one core less, is one worker on a small machine.)
    maxWorkers: Math.ceil(1.5 * availableParallelism()),
    projects: [
      {
        // Beside the source. They keep no state of a process, so the files share one and its loaded modules.
        resolve,
        test: {
          name: "unit",
          include: ["src/**/*.test.ts"],
          exclude: [NEEDS_A_PROCESS],
          isolate: false,
          ...inProcess,
        },
      },
      {
        // Several parts together, over local sockets; no state of a process either.
        resolve,
        test: {
          name: "parts",
          include: ["tests/{architecture,outbound,wire-fixtures}/**/*.test.ts"],
          isolate: false,
          ...inProcess,
        },
      },
      {
        // The provider stand-in against the official clients. `npm test` leaves it out while nothing has
        // changed.
        resolve,
        test: {
          name: "stand-in",
          include: ["demo/stand-in/**/*.test.ts"],
          isolate: false,
          ...inProcess,
        },
      },
      {
        // A process for each file: they set its environment, and open its one database and its key stores.
        resolve,
        test: {
          name: "database",
          include: ["tests/{database,key-stores,start-up,vault}/**/*.test.ts", NEEDS_A_PROCESS],
          globalSetup: ["tests/database/serve-databases.ts"],
          ...inProcess,
        },
      },
      {
        // The API's route handlers called in the test's own process, on a real Postgres: no build, no server.
        resolve,
        test: {
          name: "routes",
          include: ["tests/routes/**/*.test.ts"],
          globalSetup: ["tests/routes/prepare-product.ts"],
          setupFiles: ["tests/routes/support/fetch-in-process.ts"],
          ...inProcess,
        },
      },
      {
        // The production build over real HTTP, on a real Postgres, with the provider stand-in upstream.
        resolve,
        test: {
          name: "http",
          include: ["tests/http/**/*.test.ts"],
          globalSetup: ["tests/http/serve-product.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          expect,
        },
      },
    ],
  },
});
