import { isIP } from "node:net";
import { afterEach } from "vitest";
import { AppError } from "@/lib/app-error";
import type { AddressPolicy } from "@/lib/outbound/address-policy";
import { EndpointFailure } from "@/lib/outbound/endpoint-failure";
import { createGuardedFetch } from "@/lib/outbound/guarded-fetch";
import { parseEndpoint } from "@/lib/outbound/parse-endpoint";
import type { RequestLimits } from "@/lib/outbound/request-limits";
import type { HostResolver } from "@/lib/outbound/resolve-host";
import { policyAllowing } from "./policies";
import { type Answer, type RawServer, startRawServer, startTwins } from "./raw-server";

/** Stands for the public internet in these tests. */
export const OPEN = "127.0.0.2";
/** Stands for an address that must not be reached. */
export const CLOSED = "127.0.0.1";
export const POLICY = policyAllowing(`${OPEN},127.0.0.3`);

const servers: RawServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

export async function openServer(answer: Answer): Promise<RawServer> {
  const server = await startRawServer(OPEN, answer);
  servers.push(server);
  return server;
}

/** Both on one port. */
export async function openAndClosedServer(
  openAnswer: Answer,
  closedAnswer: Answer,
): Promise<[RawServer, RawServer]> {
  const twins = await startTwins(
    { address: OPEN, answer: openAnswer },
    { address: CLOSED, answer: closedAnswer },
  );
  servers.push(...twins);
  return twins;
}

/**
 * A resolver with an answer for each time it is asked; it counts queries, and fails the test if there are
 * more.
 */
export function resolverAnswering(...answers: string[][]): HostResolver & { asked: string[] } {
  const asked: string[] = [];
  const resolve: HostResolver = async (hostname) => {
    const addresses = answers[asked.push(hostname) - 1];
    if (!addresses) throw new Error("asked more often than expected");
    return addresses.map((address) => ({ address, family: isIP(address) }));
  };
  return Object.assign(resolve, { asked });
}

export const neverResolving: HostResolver = () => new Promise(() => {});

export interface Guarded {
  limits?: Partial<RequestLimits>;
  policy?: AddressPolicy;
  resolver?: HostResolver;
}

/**
 * A guarded fetch for "llm.example" at a server's port; the name leads to OPEN unless a resolver is given.
 */
export function guardedFetchTo(port: number, { limits = {}, policy = POLICY, resolver }: Guarded = {}) {
  const endpoint = parseEndpoint(`http://llm.example:${port}/v1`, POLICY);
  const fetch = createGuardedFetch(endpoint, {
    limits,
    policy,
    resolver: resolver ?? resolverAnswering([OPEN]),
  });
  return { fetch, url: `${endpoint.url}/models` };
}

/** "served", or in one word how it ended: the kind of an EndpointFailure, the code of an AppError. */
export async function outcomeOf(work: Promise<unknown> | undefined): Promise<string> {
  try {
    await work;
    return "served";
  } catch (error) {
    if (error instanceof AppError) return error.code;
    // The message may contain nothing the endpoint said.
    if (error instanceof EndpointFailure && error.message === error.kind) return error.kind;
    throw error;
  }
}

/** The same for the body of an answer whose start must succeed. */
export async function outcomeOfBody(answer: Promise<Response>): Promise<string> {
  const response = await answer;
  return outcomeOf(response.text());
}
