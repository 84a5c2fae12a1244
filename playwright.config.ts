import { defineConfig } from "@playwright/test";

/**
 * The production build in a real Chromium. `tests/e2e/support/serve.ts` starts it once for all tests, on the
 * embedded database, with the provider stand-in upstream; every test makes its own account, so tests run side
 * by side.
 */
export default defineConfig({
  testDir: "tests/e2e",
  globalSetup: "./tests/e2e/support/serve.ts",
  workers: "150%",
  // They end what hangs, and leave room for a machine that is many times slower.
  timeout: 240_000,
  expect: { timeout: 45_000 },
  forbidOnly: true,
  fullyParallel: true,
  // A test that needs a second try is a defect.
  retries: 0,
  reporter: [["list"]],
  outputDir: "test-results",
  // Those of the vault run one after the other on a server of their own, so they begin first.
  projects: [
    { name: "vault", testMatch: "vault.spec.ts" },
    { name: "product", testIgnore: "vault.spec.ts" },
  ],
  use: {
    browserName: "chromium",
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
      // Background services look up hosts that a closed network refuses; the sandbox needs a user that is not
      // root.
      args: [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-gpu",
        "--no-first-run",
      ],
      chromiumSandbox: process.getuid?.() !== 0,
    },
    // Recording costs a quarter of the run; `--trace on` for the one that failed.
    trace: "off",
    screenshot: "only-on-failure",
  },
});
