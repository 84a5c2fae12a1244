/**
 * Next calls this once when a server starts. Node-only work lives in its own module, which Edge bundles never
 * see.
 */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME === "nodejs") await (await import("./instrumentation-node")).startServer();
}
