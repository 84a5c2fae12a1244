import { expect } from "vitest";
import type { HttpPerson } from "../../support/http-person";
import { arrivedUpstream } from "./stand-in";

export const CONNECTIONS = "/api/v1/user/ai-connections";

/** The page at the provider on which the person agrees. */
export async function startConnection(person: HttpPerson): Promise<URL> {
  const answer = await person.call("POST", `${CONNECTIONS}/openrouter`);
  expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 200 });
  return new URL(answer.body.authorizeUrl);
}

/** Where the provider sends the person back to, once they have pressed a button of its page. */
export async function decide(page: URL, decision: "authorize" | "deny" = "authorize"): Promise<URL> {
  const answer = await fetch(page, {
    method: "POST",
    body: new URLSearchParams({ decision }),
    redirect: "manual",
  });
  expect(answer.status).toBe(303);
  return new URL(answer.headers.get("location") ?? "");
}

/** Follows the redirect back like a browser, and returns where it leads. */
export async function comeBack(person: { cookie: string }, callback: URL): Promise<string> {
  const answer = await fetch(callback, {
    redirect: "manual",
    headers: { ...(person.cookie ? { cookie: person.cookie } : {}), origin: "null" },
  });
  expect({ status: answer.status, cache: answer.headers.get("cache-control") }).toEqual({
    status: 303,
    cache: "no-store",
  });
  return answer.headers.get("location") ?? "";
}

export const failed = (problem: string) => `/settings?connecting=openrouter&problem=${problem}#keys`;
export const CONNECTED = "/settings?connected=openrouter#keys";

export const keysOf = async (person: HttpPerson) =>
  (await person.call("GET", "/api/v1/user/ai-keys")).body.keys;

export const exchangesOf = async (code: string | null) => {
  const arrived = await arrivedUpstream({ text: code ?? "\0" });
  return arrived.filter(({ path }) => path === "/api/v1/auth/keys");
};

/** Where an answer leads, and whether its code was exchanged on the way. */
export const outcomeOf = async (who: { cookie: string }, callback: URL) => ({
  leadsTo: await comeBack(who, callback),
  exchanges: await exchangesOf(callback.searchParams.get("code")),
});
export const refusedAs = (problem: string) => ({ leadsTo: failed(problem), exchanges: [] });
