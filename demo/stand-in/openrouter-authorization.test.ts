import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ProviderStandIn, startProviderStandIn } from "./provider-stand-in";

let standIn: ProviderStandIn;

beforeAll(async () => {
  standIn = await startProviderStandIn();
});
afterAll(() => standIn.close());

const CALLBACK = "https://app.example/connect?state=abc";
const verifier = randomBytes(32).toString("base64url");
const challenge = createHash("sha256").update(verifier).digest("base64url");

function pageUrl(parameters: Record<string, string>): string {
  return `${standIn.url}/auth?${new URLSearchParams(parameters).toString()}`;
}

/** Redirect URL of a button of the page. */
async function decide(decision: "authorize" | "deny", parameters: Record<string, string>): Promise<URL> {
  const body = new URLSearchParams({ decision });
  const answer = await fetch(pageUrl(parameters), { method: "POST", body, redirect: "manual" });
  expect(answer.status).toBe(303);
  return new URL(answer.headers.get("location") ?? "");
}

async function newCode(parameters: Record<string, string> = {}): Promise<string> {
  const leads = await decide("authorize", {
    callback_url: CALLBACK,
    code_challenge: challenge,
    code_challenge_method: "S256",
    ...parameters,
  });
  return leads.searchParams.get("code") ?? "";
}

async function exchange(body: object) {
  const answer = await fetch(`${standIn.url}/api/v1/auth/keys`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
}

describe("connecting an OpenRouter account", () => {
  test("the page names the app and offers to authorize or to deny", async () => {
    const page = await fetch(pageUrl({ callback_url: CALLBACK, code_challenge: challenge }));
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const html = await page.text();
    expect(html).toContain("app.example");
    expect(html).toContain(">Authorize</button>");
    expect(html).toContain(">Deny</button>");
  });

  test.each<Record<string, string>>([
    {},
    { callback_url: "not an address" },
    { callback_url: "javascript:alert(1)" },
    { callback_url: "https://<b>app</b>.example/" },
  ])("nothing leads anywhere for %j", async (parameters) => {
    expect((await fetch(pageUrl(parameters))).status).toBe(400);
    const decided = await fetch(pageUrl(parameters), {
      method: "POST",
      body: new URLSearchParams({ decision: "authorize" }),
      redirect: "manual",
    });
    expect(decided.status).toBe(400);
  });

  test("authorizing leads back with a code, which is exchanged for a key that works", async () => {
    const leads = await decide("authorize", { callback_url: CALLBACK, code_challenge: challenge });
    expect(leads.origin + leads.pathname).toBe("https://app.example/connect");
    expect(leads.searchParams.get("state")).toBe("abc");
    const { status, body } = await exchange({
      code: await newCode(),
      code_verifier: verifier,
      code_challenge_method: "S256",
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ key: expect.stringMatching(/^sk-or-v1-DEMO/), user_id: expect.any(String) });
    const info = await fetch(`${standIn.url}/api/v1/key`, {
      headers: { authorization: `Bearer ${body.key}` },
    });
    expect(info.status).toBe(200);
    expect(standIn.journal().at(-1)).toMatchObject({ provider: "openrouter", apiKey: body.key });
  });

  test("denying leads back without a code", async () => {
    const leads = await decide("deny", { callback_url: CALLBACK, code_challenge: challenge });
    expect(leads.href).toBe("https://app.example/connect?state=abc&error=access_denied");
  });

  test("a code is valid for one key", async () => {
    const code = await newCode();
    expect((await exchange({ code, code_verifier: verifier })).status).toBe(200);
    expect(await exchange({ code, code_verifier: verifier })).toEqual({
      status: 403,
      body: { error: { code: 403, message: "Invalid code or code_verifier" } },
    });
  });

  test("a wrong verifier, none, or another method gets no key", async () => {
    const code = await newCode();
    const wrong = await exchange({ code, code_verifier: "wrong", code_challenge_method: "S256" });
    expect(wrong).toMatchObject({ status: 403, body: { error: { code: 403 } } });
    expect((await exchange({ code })).status).toBe(403);
    const method = { code, code_verifier: verifier, code_challenge_method: "plain" };
    expect(await exchange(method)).toMatchObject({
      status: 400,
      body: { error: { code: 400, message: "Invalid code_challenge_method" } },
    });
    expect((await exchange({ code_verifier: verifier })).status).toBe(400);
    expect((await exchange({ code, code_verifier: verifier })).status).toBe(200);
  });

  test("a plain challenge is its own verifier", async () => {
    const code = await newCode({ code_challenge: verifier, code_challenge_method: "plain" });
    expect((await exchange({ code, code_verifier: challenge })).status).toBe(403);
    expect((await exchange({ code, code_verifier: verifier })).status).toBe(200);
  });

  test("codes are exchanged by POST only", async () => {
    expect((await fetch(`${standIn.url}/api/v1/auth/keys`)).status).toBe(405);
  });
});
