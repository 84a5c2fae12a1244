import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { getCACertificates, setDefaultCACertificates, TLSSocket } from "node:tls";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createGuardedFetch } from "@/lib/outbound/guarded-fetch";
import { parseEndpoint } from "@/lib/outbound/parse-endpoint";
import { OPEN, outcomeOf, POLICY, resolverAnswering } from "./attacks";
import { selfSignedCertificate } from "./certificate";

const certificate = selfSignedCertificate("llm.example");
const requests: { host: string | undefined; servername: string | false | null }[] = [];
const server = createServer(certificate, (request, response) => {
  const servername = request.socket instanceof TLSSocket ? (request.socket.servername ?? null) : null;
  requests.push({ host: request.headers.host, servername });
  response.setHeader("content-type", "application/json").end("{}");
});
const trusted = getCACertificates("default");

beforeAll(async () => {
  server.listen(0, OPEN);
  await once(server, "listening");
});

beforeEach(() => {
  requests.length = 0;
  setDefaultCACertificates([...trusted, certificate.cert]);
});

afterAll(async () => {
  setDefaultCACertificates(trusted);
  server.close();
  await once(server, "close");
});

function ask(host: string): Promise<Response> {
  const { port } = server.address() as AddressInfo;
  const endpoint = parseEndpoint(`https://${host}:${port}/v1`, POLICY);
  return createGuardedFetch(endpoint, { policy: POLICY, resolver: resolverAnswering([OPEN]) })(endpoint.url);
}

test("the name stays the name for TLS and for the Host header, although the connection goes to an address", async () => {
  const { port } = server.address() as AddressInfo;
  const response = await ask("llm.example");
  expect(await response.json()).toEqual({});
  expect(requests).toEqual([{ host: `llm.example:${port}`, servername: "llm.example" }]);
});

test.each(["other.example", OPEN])("a certificate for another name than %s is refused", async (host) => {
  expect(await outcomeOf(ask(host))).toBe("unreachable");
  expect(requests).toEqual([]);
});

test("an untrusted certificate is refused", async () => {
  setDefaultCACertificates(trusted);
  expect(await outcomeOf(ask("llm.example"))).toBe("unreachable");
  expect(requests).toEqual([]);
});
