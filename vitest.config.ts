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
 * Limits end what hangs, and are no measure of speed: they leave room for a machine that is many times slower. Whoever
 * polls goes on as soon as it is there.
 */
const expect = { poll: { timeout: 30_000, interval: 50 } };

export default defineConfig({
  test: {
    projects: [
      {
        // Fast: no build, no server. Database tests start their own PGlite and Postgres.
        resolve,
        test: {
          name: "unit",
          include: ["src/**/*.test.ts", "demo/**/*.test.ts", "tests/**/*.test.ts"],
          exclude: ["tests/http/**"],
          env: { LOG_LEVEL: "silent" },
          testTimeout: 120_000,
          hookTimeout: 180_000,
          expect,
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
