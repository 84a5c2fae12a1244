import { afterAll, inject } from "vitest";
import { closeDatabase } from "@/lib/db/client";
import { answerInProcess } from "./answer-in-process";

/*
 * Before each test file: this process becomes the product, and `fetch` to the product's address calls its
 * route handlers. A test reads as it would over HTTP, and whatever else is fetched goes over the network.
 */

const appUrl = inject("appUrl");
Object.assign(process.env, inject("productEnvironment"), { APP_URL: appUrl, NODE_ENV: "production" });
// Vitest's test marker, which makes Better Auth skip its origin check.
delete process.env["TEST"];

const overTheNetwork = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  const url = input instanceof Request ? input.url : String(input);
  if (!url.startsWith(`${appUrl}/`)) return overTheNetwork(input, init);
  const request = new Request(input, init);
  // What client and server negotiate themselves.
  request.headers.set("host", new URL(appUrl).host);
  if (!request.headers.has("x-forwarded-for")) request.headers.set("x-forwarded-for", "127.0.0.1");
  if (typeof init?.body === "string")
    request.headers.set("content-length", String(Buffer.byteLength(init.body)));
  return answerInProcess(request);
};

afterAll(closeDatabase);
