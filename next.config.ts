import type { NextConfig } from "next";

/** Headers of every answer; the Content-Security-Policy of pages carries a nonce and is set in src/proxy.ts. */
const SECURITY_HEADERS = [
  { key: "x-content-type-options", value: "nosniff" },
  { key: "x-frame-options", value: "DENY" },
  { key: "referrer-policy", value: "no-referrer" },
  { key: "cross-origin-opener-policy", value: "same-origin" },
  { key: "cross-origin-resource-policy", value: "same-origin" },
  {
    key: "permissions-policy",
    value: "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
  },
];

const config: NextConfig = {
  // Several servers can be built side by side, for example by tests while a development server runs.
  distDir: process.env.NEXT_DIST_DIR ?? ".next",
  // Types are a stage of their own in `npm test`; a first start should not wait for the types of every test.
  typescript: { ignoreBuildErrors: true },
  poweredByHeader: false,
  reactStrictMode: true,
  // PGlite loads its WebAssembly from beside itself, and the agent framework is far too large to bundle usefully.
  serverExternalPackages: ["@electric-sql/pglite", "@mastra/core", "@mastra/ai-sdk", "pino"],
  headers: async () => [
    { source: "/:path*", headers: SECURITY_HEADERS },
    // An API answer is data: nothing in it may run or load, whatever a browser makes of it.
    {
      source: "/api/:path*",
      headers: [
        {
          key: "content-security-policy",
          value: "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
        },
      ],
    },
  ],
};

export default config;
