import { createRequire } from "node:module";
import path from "node:path";
import type { NextConfig } from "next";
import { API_HEADERS, SECURITY_HEADERS } from "./src/lib/http/security-headers";

/**
 * The copy of the AI SDK's utilities that `ai` itself uses. Each AI package brings its own; a browser needs
 * one.
 */
const require = createRequire(import.meta.url);
const aiProviderUtils = createRequire(require.resolve("ai")).resolve("@ai-sdk/provider-utils");

/**
 * What the chat library would drag into the browser and never uses there; together about 65 kB of gzipped
 * JavaScript. Servers get the real packages. Each stand-in says why it is safe.
 */
const BROWSER_STAND_INS = {
  "@ai-sdk/gateway": "./src/lib/browser-stubs/ai-gateway.ts",
  "@ai-sdk/provider-utils": `./${path.relative(import.meta.dirname, aiProviderUtils)}`,
  "zod/v4": "./src/lib/browser-stubs/zod.ts",
  "zod/v4/core": "./src/lib/browser-stubs/zod.ts",
  "zod/v4/locales/en.js": "./src/lib/browser-stubs/zod.ts",
  "zod/v4/mini": "./src/lib/browser-stubs/zod.ts",
};

const config: NextConfig = {
  // Several servers can be built side by side, for example by tests while a development server runs.
  distDir: process.env.NEXT_DIST_DIR ?? ".next",
  // Types are a stage of their own in `npm test`; a first start should not wait for the types of every test.
  typescript: { ignoreBuildErrors: true },
  poweredByHeader: false,
  // No page uses Next's image optimizer, and its route would be open to everybody.
  images: { unoptimized: true },
  reactStrictMode: true,
  // PGlite loads its WebAssembly from beside itself, and the agent framework is far too large to bundle
  // usefully. Key stores' clients are large too, pkcs11js is native, and most installations load none of
  // them.
  serverExternalPackages: [
    "@aws-sdk/client-kms",
    "@electric-sql/pglite",
    "@google-cloud/kms",
    "@mastra/core",
    "google-auth-library",
    "pg-boss",
    "pino",
    "pkcs11js",
  ],
  turbopack: {
    resolveAlias: Object.fromEntries(
      Object.entries(BROWSER_STAND_INS).map(([name, browser]) => [name, { browser }]),
    ),
  },
  headers: async () => [
    { source: "/:path*", headers: headerList(SECURITY_HEADERS) },
    { source: "/api/:path*", headers: headerList(API_HEADERS) },
  ],
};

function headerList(headers: Record<string, string>) {
  return Object.entries(headers).map(([key, value]) => ({ key, value }));
}

export default config;
