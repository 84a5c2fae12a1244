import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { FAILED_SIGN_INS_PER_ADDRESS, FAILED_SIGN_INS_PER_EMAIL } from "@/lib/auth/sign-in-limits";
import { acquireDataDirLock } from "@/lib/data-dir-lock";
import { consumeLimit, type Limit } from "@/lib/rate-limiter";
import { Browser } from "./auth-browser";
import { useDatabase } from "./use-database";

useDatabase("embedded");

const PASSWORD = "correct horse battery staple";

function signIn(browser: Browser, email: string, password: string) {
  return browser.call("/sign-in/email", { email, password });
}

async function useUp(limit: Limit, key: string, leaving = 0): Promise<void> {
  for (let use = leaving; use < limit.points; use += 1) await consumeLimit(limit, key);
}

/** Must come first: it tests the first use of the database in a process, which is slow. */
test("a limit works once the database can be opened, when at first it could not", {
  timeout: 60_000,
}, async () => {
  const limit = { name: "test", points: 1, seconds: 60, sentence: "Too often." };
  const lock = acquireDataDirLock(process.env["DATA_DIR"] ?? "");
  await expect(consumeLimit(limit, "somebody")).rejects.toMatchObject({ name: "DataDirLockedError" });
  lock.release();
  await consumeLimit(limit, "somebody");
  await expect(consumeLimit(limit, "somebody")).rejects.toMatchObject({ code: "rate_limited" });
});

test("an address that has no attempts left cannot use up the attempts of an account", async () => {
  const email = `${randomUUID()}@example.com`;
  const owner = new Browser();
  await owner.call("/sign-up/email", { name: "Ada", email, password: PASSWORD });
  const attacker = new Browser();
  await useUp(FAILED_SIGN_INS_PER_ADDRESS, attacker.address);
  for (let guess = 0; guess <= FAILED_SIGN_INS_PER_EMAIL.points; guess += 1) {
    expect(await signIn(attacker, email, "a guess")).toMatchObject({
      status: 429,
      body: { error: expect.stringContaining("from your network") },
    });
  }
  expect((await signIn(owner, email, PASSWORD)).status).toBe(200);
});

test("attempts refused for an account are not counted against the address they come from", async () => {
  const [locked, open] = [`${randomUUID()}@example.com`, `${randomUUID()}@example.com`];
  const office = new Browser();
  await office.call("/sign-up/email", { name: "Ada", email: open, password: PASSWORD });
  await useUp(FAILED_SIGN_INS_PER_EMAIL, locked);
  await useUp(FAILED_SIGN_INS_PER_ADDRESS, office.address, 1);
  for (let guess = 0; guess < 3; guess += 1) {
    expect(await signIn(office, locked, "a guess")).toMatchObject({
      status: 429,
      body: { error: expect.stringContaining("for this account") },
    });
  }
  expect((await signIn(office, open, "a wrong password")).status).toBe(401);
  expect((await signIn(office, open, PASSWORD)).status).toBe(429);
});
