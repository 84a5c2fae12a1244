import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeAccountLink } from "@/lib/auth/account-links";
import { auth } from "@/lib/auth/auth";
import { answerAuthRequest } from "@/lib/auth/auth-route";
import { database } from "@/lib/db/client";
import { userTable } from "@/lib/db/schema";
import { environment } from "@/lib/env.server";
import { Browser } from "./auth-browser";
import { useDatabase } from "./use-database";

useDatabase("embedded");

const ORIGIN = "http://127.0.0.1:3000";
const PASSWORD = "correct horse battery staple";

beforeAll(async () => {
  Object.assign(process.env, { GITHUB_CLIENT_ID: "an-id", GITHUB_CLIENT_SECRET: "a-secret" });
  await new Browser().call("/sign-up/email", { name: "Ada", email: "ada@example.com", password: PASSWORD });
});

/** What is used of the library; whatever else it has, now or after an update, is not served. */
const SERVED = [
  "/callback/:id",
  "/change-password",
  "/delete-user",
  "/get-session",
  "/list-sessions",
  "/revoke-other-sessions",
  "/revoke-session",
  "/revoke-sessions",
  "/sign-in/email",
  "/sign-in/social",
  "/sign-out",
  "/sign-up/email",
  "/token",
  "/update-user",
];

async function endpointsOfLibrary(): Promise<{ path: string; methods: string[] }[]> {
  const { api } = await auth();
  return Object.values(api as Record<string, { path?: string; options?: { method?: string | string[] } }>)
    .filter((endpoint) => endpoint.path)
    .map(({ path = "", options }) => ({ path, methods: [options?.method ?? "GET"].flat() }));
}

function ask(method: string, path: string): Promise<Response> {
  const headers = { origin: ORIGIN, "content-type": "application/json" };
  const body = method === "GET" ? null : "{}";
  return auth().then((library) =>
    answerAuthRequest(new Request(`${ORIGIN}/api/auth${path}`, { method, headers, body }), library),
  );
}

describe("of the library's endpoints", () => {
  test("only the listed ones answer, in their method only", async () => {
    const endpoints = await endpointsOfLibrary();
    expect(endpoints.map(({ path }) => path)).toEqual(
      expect.arrayContaining([...SERVED, "/verify-password"]),
    );
    const answered = new Set<string>();
    for (const { path } of endpoints) {
      for (const method of ["GET", "POST"]) {
        // oxlint-disable-next-line no-await-in-loop -- one server, one connection
        const response = await ask(method, path.replace(":id", "github").replaceAll(/:\w+/g, "x"));
        const isOurs404 =
          response.status === 404 && ((await response.json()) as { code?: string }).code === "not_found";
        if (!isOurs404) answered.add(path);
      }
    }
    // Ours, at an address that the library has for its own.
    answered.delete("/reset-password");
    expect([...answered].toSorted()).toEqual(SERVED);
  });

  test.each([
    "/verify-password/",
    "//verify-password",
    "/verify%2Dpassword",
    "/VERIFY-PASSWORD",
    "/sign-in/../verify-password",
    "/callback/apple",
    "",
  ])("POST %s is not another way to one", async (path) => {
    const response = await ask("POST", path);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: "not_found", error: expect.any(String) });
  });
});

describe("a stranger who comes from GitHub", () => {
  const overTheNetwork = globalThis.fetch;
  let email = "";
  beforeAll(() => {
    globalThis.fetch = async (input, init) => {
      const { host, pathname } = new URL(input instanceof Request ? input.url : input);
      if (pathname === "/login/oauth/access_token")
        return Response.json({ access_token: "t", token_type: "bearer" });
      if (pathname === "/user") return Response.json({ id: email, login: "x", name: "X", email });
      if (pathname === "/user/emails") return Response.json([{ email, primary: true, verified: true }]);
      throw new Error(`nothing else is fetched: ${host}${pathname} ${init?.method ?? ""}`);
    };
  });
  afterAll(() => {
    globalThis.fetch = overTheNetwork;
    Object.assign(environment(), { SIGN_UP: "open" });
  });

  /** @returns where the browser ends up */
  async function comeFromGitHub(who: string, cookie = ""): Promise<string | null> {
    email = who;
    const browser = new Browser();
    const { body } = await browser.call("/sign-in/social", { provider: "github", callbackURL: "/projects" });
    const state = new URL(body.url).searchParams.get("state") ?? "";
    const response = await answerAuthRequest(
      new Request(`${ORIGIN}/api/auth/callback/github?code=c&state=${state}`, {
        headers: { cookie: `${browser.cookie}; ${cookie}` },
      }),
      await auth(),
    );
    return response.headers.get("location");
  }

  test("is turned away when sign-up is closed, and finds out why where people sign in", async () => {
    Object.assign(environment(), { SIGN_UP: "closed" });
    expect(await comeFromGitHub(`${randomUUID()}@example.com`)).toMatch(/^\/sign-in\?error=sign_up_closed/);
    expect(await (await database()).select().from(userTable)).toHaveLength(1);
  });

  test("needs an invitation when it is for the invited, and comes in with one", async () => {
    Object.assign(environment(), { SIGN_UP: "invited" });
    const who = `${randomUUID()}@example.com`;
    expect(await comeFromGitHub(who)).toMatch(/^\/sign-in\?error=invitation_required/);
    const { url } = await makeAccountLink(await database(), { kind: "invitation", email: who });
    const cookie = `orchestral.invitation=${url.split("=").at(-1)}`;
    expect(await comeFromGitHub(`${randomUUID()}@example.com`, cookie)).toMatch(
      /^\/sign-in\?error=link_invalid/,
    );
    expect(await comeFromGitHub(who, cookie)).toBe("/projects");
    // Who has an account needs none.
    expect(await comeFromGitHub(who)).toBe("/projects");
  });

  test("comes in when sign-up is open, and is refused once suspended", async () => {
    Object.assign(environment(), { SIGN_UP: "open" });
    const who = `${randomUUID()}@example.com`;
    expect(await comeFromGitHub(who)).toBe("/projects");
    await (await database()).update(userTable).set({ suspendedAt: new Date() });
    expect(await comeFromGitHub(who)).toMatch(/^\/sign-in\?error=account_suspended/);
    await (await database()).update(userTable).set({ suspendedAt: null });
  });
});
