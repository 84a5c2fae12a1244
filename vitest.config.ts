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

export default defineConfig({
  test: {
    projects: [
      {
        // Fast: no build, no server. Database tests start their own PGlite and Postgres.
        resolve,
        test: {
          name: "unit",
          include: ["src/**/*.test.ts", "tests/**/*.test.ts"],
          exclude: ["tests/http/**"],
          env: { LOG_LEVEL: "silent" },
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        // The production build over real HTTP, on a real Postgres, with the provider stand-in upstream.
        resolve,
        test: {
          name: "http",
          include: ["tests/http/**/*.test.ts"],
          globalSetup: ["tests/http/serve-product.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
