import { randomUUID } from "node:crypto";
import type { RequestListener } from "node:http";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { type AppServer, startAppServer } from "../support/app-server";
import { HttpPerson } from "../support/http-person";
import { sql } from "./support/database";
import { everythingOf } from "./support/everything-of";
import { type HostileExchange, startHostileExchange } from "./support/hostile-exchange";
import "./support/refusal-matchers";
import { standIn } from "./support/stand-in";

const appUrl = inject("appUrl");
const CONNECTIONS = "/api/v1/user/ai-connections";

/** The page at the provider on which the person agrees. */
async function start(person: HttpPerson): Promise<URL> {
  const answer = await person.call("POST", `${CONNECTIONS}/openrouter`);
  expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 200 });
  return new URL(answer.body.authorizeUrl);
}

/** Where the provider sends the person back to, once they have pressed a button of its page. */
async function decide(page: URL, decision: "authorize" | "deny" = "authorize"): Promise<URL> {
  const answer = await fetch(page, {
    method: "POST",
    body: new URLSearchParams({ decision }),
    redirect: "manual",
  });
  expect(answer.status).toBe(303);
  return new URL(answer.headers.get("location") ?? "");
}

/** Goes back like a browser, and says where that leads. */
async function comeBack(person: { cookie: string }, callback: URL): Promise<string> {
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

const failed = (problem: string) => `/settings?connecting=openrouter&problem=${problem}#keys`;
const CONNECTED = "/settings?connected=openrouter#keys";

const keysOf = async (person: HttpPerson) => (await person.call("GET", "/api/v1/user/ai-keys")).body.keys;

const exchangesOf = async (code: string | null) => {
  const { entries } = await standIn.journal();
  return entries.filter(
    ({ path, body }) => path === "/api/v1/auth/keys" && JSON.stringify(body).includes(code ?? "\0"),
  );
};

/** Where an answer leads, and whether its code was exchanged on the way. */
const outcomeOf = async (who: { cookie: string }, callback: URL) => ({
  leadsTo: await comeBack(who, callback),
  exchanges: await exchangesOf(callback.searchParams.get("code")),
});
const refusedAs = (problem: string) => ({ leadsTo: failed(problem), exchanges: [] });

/** A good or a bad answer of a server in the provider's place. */
const json = (status: number, body: unknown): RequestListener => {
  return (_request, response) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  };
};

let person: HttpPerson;
beforeAll(async () => {
  person = await HttpPerson.signUp(appUrl);
});

test("the page is asked for a key with a challenge, and with nothing the challenge could be undone with", async () => {
  const page = await start(person);
  expect(page.origin + page.pathname).toBe(`${inject("standInUrl")}/auth`);
  const { callback_url: callback, ...rest } = Object.fromEntries(page.searchParams);
  expect(rest).toEqual({
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: "S256",
  });
  const back = new URL(callback ?? "");
  expect(back.origin + back.pathname).toBe(`${appUrl}${CONNECTIONS}/openrouter/callback`);
  expect([...back.searchParams.keys()]).toEqual(["state"]);
  expect(back.searchParams.get("state")).toMatch(/^[\w-]{43}$/);
});

test("whoever agrees has a key that works, sealed, and known to nobody else", async () => {
  const someone = await HttpPerson.signUp(appUrl);
  const page = await start(someone);
  const callback = await decide(page);
  expect(await comeBack(someone, callback)).toBe(CONNECTED);
  const [key, ...others] = await keysOf(someone);
  expect(others).toEqual([]);
  expect(key).toMatchObject({
    provider: "openrouter",
    label: "OpenRouter (connected)",
    kept: "stored",
    isDefault: true,
    status: "ok",
  });

  const tested = await someone.call("POST", `/api/v1/user/ai-keys/${key.id}/test`);
  expect(tested.body.result).toMatchObject({ outcome: "ok" });
  const { entries } = await standIn.journal();
  const used = entries.findLast(
    ({ path, apiKey }) => path === "/api/v1/key" && apiKey?.endsWith(key.last4) === true,
  );
  expect(used?.apiKey).toMatch(/^sk-or-v1-DEMO/);
  const stored = await everythingOf(someone.userId);
  expect(JSON.stringify(stored)).not.toContain(used?.apiKey);
  // Records are written a moment later.
  const actions = async () =>
    (
      await sql<{ action: string }>(
        "select action from audit_events where object_id = $1 and action like 'ai_key.%' order by action",
        [key.id],
      )
    ).map(({ action }) => action);
  await expect.poll(actions).toEqual(["ai_key.connected", "ai_key.saved", "ai_key.tested"]);
});

test("the database holds neither the state nor the verifier of an attempt", async () => {
  const someone = await HttpPerson.signUp(appUrl);
  const callback = await decide(await start(someone));
  const state = callback.searchParams.get("state") ?? "";
  const rows = await sql("select * from verification where identifier like 'ai-connection:%'");
  expect(rows.length).toBeGreaterThan(0);
  expect(JSON.stringify(rows)).not.toContain(state);
  await comeBack(someone, callback);
  const [exchange] = await exchangesOf(callback.searchParams.get("code"));
  const verifier = String((exchange?.body as Record<string, unknown> | undefined)?.["code_verifier"]);
  expect(verifier).toMatch(/^[\w-]{43}$/);
  expect(JSON.stringify(rows)).not.toContain(verifier);
  expect(callback.href).not.toContain(verifier);
});

describe("an answer that is not this session's, or not the first, is worth nothing", () => {
  test("another state, none, and one that is far too long", async () => {
    const callback = await decide(await start(person));
    for (const state of [randomUUID(), "", "x".repeat(10_000)]) {
      const forged = new URL(callback);
      forged.searchParams.set("state", state);
      expect(await outcomeOf(person, forged)).toEqual(refusedAs("expired"));
    }
    callback.searchParams.delete("state");
    expect(await outcomeOf(person, callback)).toEqual(refusedAs("expired"));
  });

  test("somebody else's: nobody can plant an account among another's keys", async () => {
    const attacker = await HttpPerson.signUp(appUrl);
    const callback = await decide(await start(attacker));
    expect(await outcomeOf(person, callback)).toEqual(refusedAs("other_session"));
    expect((await keysOf(person)).length).toBe(0);
    // It was shown to somebody else, so it is used up for whoever began it too.
    expect(await outcomeOf(attacker, callback)).toEqual(refusedAs("expired"));
    expect(await keysOf(attacker)).toEqual([]);
  });

  test("the same person's on another device", async () => {
    const phone = await person.onAnotherDevice();
    expect(await outcomeOf(phone, await decide(await start(person)))).toEqual(refusedAs("other_session"));
  });

  test("after signing out, one is asked to sign in", async () => {
    const someone = await HttpPerson.signUp(appUrl);
    const callback = await decide(await start(someone));
    await someone.signOut();
    expect(await comeBack(someone, callback)).toBe("/sign-in?next=%2Fsettings");
    expect(await comeBack({ cookie: "" }, callback)).toBe("/sign-in?next=%2Fsettings");
    expect(await exchangesOf(callback.searchParams.get("code"))).toEqual([]);
  });

  test("later than ten minutes", async () => {
    const someone = await HttpPerson.signUp(appUrl);
    const callback = await decide(await start(someone));
    const [session] = await sql<{ id: string }>("select id from session where user_id = $1", [
      someone.userId,
    ]);
    const [attempt] = await sql<{ left: number }>(
      "select extract(epoch from expires_at - (now() at time zone 'utc'))::int as left from verification where value = $1",
      [session?.id],
    );
    expect(attempt?.left).toBeGreaterThan(500);
    expect(attempt?.left).toBeLessThanOrEqual(600);
    await sql("update verification set expires_at = '2001-01-01' where value = $1", [session?.id]);
    expect(await outcomeOf(someone, callback)).toEqual(refusedAs("expired"));
  });

  test("a second time: one key", async () => {
    const someone = await HttpPerson.signUp(appUrl);
    const callback = await decide(await start(someone));
    const answers = await Promise.all([comeBack(someone, callback), comeBack(someone, callback)]);
    expect(answers.toSorted()).toEqual([CONNECTED, failed("expired")].toSorted());
    expect(await comeBack(someone, callback)).toBe(failed("expired"));
    expect(await keysOf(someone)).toHaveLength(1);
    expect(await exchangesOf(callback.searchParams.get("code"))).toHaveLength(1);
  });

  test("after somebody said no", async () => {
    const callback = await decide(await start(person), "deny");
    expect(callback.searchParams.get("code")).toBeNull();
    expect(await comeBack(person, callback)).toBe(failed("denied"));
    expect(await keysOf(person)).toEqual([]);
  });
});

test("a code the provider does not know is refused by it", async () => {
  const callback = await decide(await start(person));
  callback.searchParams.set("code", `auth_code_${randomUUID()}`);
  expect(await comeBack(person, callback)).toBe(failed("exchange_refused"));
  expect(await keysOf(person)).toEqual([]);
});

test("an account can be connected where the provider offers it, and nowhere else", async () => {
  const { providers } = (await person.call("GET", "/api/v1/ai-providers")).body;
  const ids = (can: boolean) =>
    providers
      .filter(({ canConnect }: { canConnect: boolean }) => canConnect === can)
      .map(({ id }: { id: string }) => id);
  expect(ids(true)).toEqual(["openrouter"]);
  expect(ids(false)).toEqual(expect.arrayContaining(["anthropic", "openai", "openai-compatible"]));
  for (const id of ids(false)) {
    expect(await person.call("POST", `${CONNECTIONS}/${id}`)).toBeRefused({ code: "not_found" });
    const callback = new URL(`${appUrl}${CONNECTIONS}/${id}/callback?state=x&code=y`);
    expect(await comeBack(person, callback)).toBe("/settings#keys");
  }
  expect(await person.call("POST", `${CONNECTIONS}/acme`)).toBeRefused({ code: "unknown_provider" });
  expect(await person.call("POST", `${CONNECTIONS}/openrouter/callback`)).toBeRefused({
    code: "method_not_allowed",
  });
});

test("ten are begun in a minute, no more", async () => {
  const someone = await HttpPerson.signUp(appUrl);
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => someone.call("POST", `${CONNECTIONS}/openrouter`)),
  );
  const limited = answers.filter(({ status }) => status === 429);
  expect(limited).toHaveLength(2);
  for (const answer of limited) expect(answer).toBeRefused({ code: "rate_limited" });
});

test("somebody with as many keys as they may have is told, and nothing is saved", async () => {
  const someone = await HttpPerson.signUp(appUrl);
  await someone.saveKey(`sk-ant-${randomUUID()}`);
  await sql(
    `insert into user_ai_api_keys (user_id, provider, label, is_default, api_key, last4, fingerprint, seal_purpose)
     select user_id, provider, 'copy', false, api_key, last4, fingerprint, seal_purpose || n
     from user_ai_api_keys, generate_series(1, 39) n where user_id = $1`,
    [someone.userId],
  );
  expect(await comeBack(someone, await decide(await start(someone)))).toBe(failed("not_saved"));
  expect(await keysOf(someone)).toHaveLength(40);
});

describe("a hostile server in the provider's place", () => {
  let hostile: HostileExchange;
  let server: AppServer;
  /** Somebody new, who comes back to that server. */
  const somebody = async () => (await HttpPerson.signUp(appUrl)).at(server.url);
  beforeAll(async () => {
    hostile = await startHostileExchange();
    server = await startAppServer({
      ...inject("productEnvironment"),
      OPENROUTER_BASE_URL: `${hostile.url}/api`,
    });
  });
  afterAll(async () => {
    await server?.stop();
    await hostile?.close();
  });

  let sentBytes = 0;
  const answers: [name: string, problem: string, listener: () => RequestListener][] = [
    [
      "a redirect that keeps method and body",
      "provider_unreachable",
      () => (_request, response) => {
        response.writeHead(307, { location: hostile.otherUrl }).end();
      },
    ],
    [
      "an answer without an end",
      "provider_unreachable",
      () => (_request, response) => {
        response.writeHead(200, { "content-type": "application/json" });
        response.write('{"key":"');
        const more = () => {
          while (!response.destroyed) {
            sentBytes += 64 * 1024;
            if (!response.write("k".repeat(64 * 1024))) break;
          }
        };
        response.on("drain", more);
        more();
      },
    ],
    [
      "a web page",
      "provider_unreachable",
      () => (_request, response) => {
        response.writeHead(200, { "content-type": "text/html" }).end("<h1>Sign in</h1>");
      },
    ],
    ["no key in it", "provider_unreachable", () => json(200, { user_id: "x" })],
    [
      "a key with a line break and a header behind it",
      "provider_unreachable",
      () => json(200, { key: "sk-or-v1-x\r\nx-evil: 1" }),
    ],
    ["a key that is no text", "provider_unreachable", () => json(200, { key: { toString: "sk-or-v1" } })],
    ["a key beyond every length", "provider_unreachable", () => json(200, { key: "k".repeat(5000) })],
    ["its own failure", "provider_unreachable", () => json(500, { error: { message: "sk-or-v1-leaked" } })],
    ["a limit", "provider_unreachable", () => json(429, { error: { message: "slow down" } })],
    ["a refusal", "exchange_refused", () => json(403, { error: { message: "Invalid code" } })],
    [
      "a connection that breaks",
      "provider_unreachable",
      () => (request) => {
        request.socket.destroy();
      },
    ],
  ];

  test.each(answers)("%s", async (_name, problem, listener) => {
    const there = await somebody();
    hostile.answerWith(listener());
    const page = await start(there);
    const callback = new URL(page.searchParams.get("callback_url") ?? "");
    expect(callback.origin).toBe(server.url);
    callback.searchParams.set("code", `code-${randomUUID()}`);
    expect(await comeBack(there, callback)).toBe(failed(problem));
    expect(await keysOf(there)).toEqual([]);
    expect(hostile.strayRequests()).toBe(0);
    expect(server.output()).not.toContain("sk-or-v1-leaked");
  });

  test("of an answer without an end, little more than a key's length was taken", () => {
    // What the operating system's buffers hold was sent too.
    expect(sentBytes).toBeGreaterThan(0);
    expect(sentBytes).toBeLessThan(8 * 1024 * 1024);
  });

  test("and what it may do, it may: a good answer connects", async () => {
    const there = await somebody();
    hostile.answerWith(json(200, { key: `sk-or-v1-${randomUUID()}` }));
    const callback = new URL((await start(there)).searchParams.get("callback_url") ?? "");
    callback.searchParams.set("code", "good");
    expect(await comeBack(there, callback)).toBe(CONNECTED);
    expect(await keysOf(there)).toHaveLength(1);
  });
});
