import { randomBytes } from "node:crypto";
import { describe, expect, test, vi } from "vitest";
import { oncePerProcess } from "@/lib/once-per-process";
import { useDatabase } from "./use-database";

useDatabase("embedded");

const ADA = { name: "Ada", email: "ada@example.com", password: "correct horse battery" };

/**
 * The auth module as the start of a fresh process with the current environment would leave it, on the open
 * database.
 */
async function startedAgain() {
  vi.resetModules();
  for (const name of ["auth", "jwks", "authorityKey"]) oncePerProcess(name, () => undefined).drop();
  const { auth } = await import("@/lib/auth/auth");
  const { answerAuthRequest } = await import("@/lib/auth/auth-route");
  const { userOfBearerToken } = await import("@/lib/auth/bearer");
  const { prepareAuthority } = await import("@/domain/vault/authority/prepare-authority");
  await prepareAuthority();
  const instance = await auth();
  const call = (path: string, init: { method: string; body?: string; headers?: { cookie: string } }) =>
    answerAuthRequest(
      new Request(`http://127.0.0.1:3000/api/auth${path}`, {
        ...init,
        headers: { origin: "http://127.0.0.1:3000", "content-type": "application/json", ...init.headers },
      }),
      instance,
    );
  return {
    userOfBearerToken,
    async enter(path: "/sign-up/email" | "/sign-in/email") {
      const response = await call(path, { method: "POST", body: JSON.stringify(ADA) });
      expect(response.status).toBe(200);
      return response.headers
        .getSetCookie()
        .map((cookie) => cookie.split(";")[0])
        .join("; ");
    },
    async token(cookie: string) {
      const response = await call("/token", { method: "GET", headers: { cookie } });
      return { status: response.status, token: (await response.json()).token as string | undefined };
    },
    async keyIds() {
      const { keys } = await instance.api.getJwks();
      return keys.map(({ kid }) => kid);
    },
  };
}

describe("after a change of BETTER_AUTH_SECRET", () => {
  test("signing keys of the old secret are removed at the start, and bearer tokens are made and taken again", async () => {
    const before = await startedAgain();
    const oldCookie = await before.enter("/sign-up/email");
    const { token: old } = await before.token(oldCookie);
    expect(await before.userOfBearerToken(`Bearer ${old}`)).not.toBeNull();

    process.env["BETTER_AUTH_SECRET"] = randomBytes(32).toString("hex");
    const after = await startedAgain();
    const cookie = await after.enter("/sign-in/email");
    expect((await after.token(oldCookie)).status).toBe(401);
    const { status, token } = await after.token(cookie);
    expect(status).toBe(200);
    expect(await after.userOfBearerToken(`Bearer ${token}`)).toMatchObject({ userId: expect.any(String) });
    expect(await after.userOfBearerToken(`Bearer ${old}`)).toBeNull();
  });

  test("with the same secret every key stays", async () => {
    const before = await startedAgain();
    const keys = await before.keyIds();
    expect(keys).toHaveLength(1);
    const again = await startedAgain();
    expect(await again.keyIds()).toEqual(keys);
  });
});
