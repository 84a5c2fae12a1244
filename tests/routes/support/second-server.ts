import { vi } from "vitest";

type Handle = (request: Request) => Response | Promise<Response>;

const holder = globalThis as { orchestral?: Map<string, unknown> };

/**
 * A second server of the same installation, in this process: the product's modules once more, with a database
 * connection and a memory of its own. Whoever calls `fetch` from now on reaches this one.
 *
 * @returns its agent's handler, and a function that closes its database
 */
export async function secondServer(): Promise<{ agent: Handle; close: () => Promise<void> }> {
  // What the first has is in its modules' hands; the second makes its own.
  delete holder.orchestral;
  vi.resetModules();
  const { agentServer } = await import("@/mastra/app");
  const { closeDatabase } = await import("@/lib/db/client");
  return { agent: (request) => agentServer.fetch(request), close: closeDatabase };
}
