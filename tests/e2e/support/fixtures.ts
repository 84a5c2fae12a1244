import { randomUUID } from "node:crypto";
import { type Browser, type BrowserContext, test as base, expect, type Page } from "@playwright/test";
import type { ProviderId } from "@/contracts/provider";
import { controlStandIn } from "../../../demo/stand-in/control-client";
import { PLATFORM_DEMO_KEY } from "../../../demo/stand-in/demo-keys";
import type { KeyBehaviour } from "../../../demo/stand-in/key-behaviours";
import type { JournalEntry } from "../../../demo/stand-in/request-journal";
import { newProviderKey } from "../../support/new-provider-key";
import { type Installation, storeAccount, storeSession } from "../../support/stored-session";

export { expect };

export interface Account {
  name: string;
  email: string;
  password: string;
}

interface StandIn {
  platformKey: string;
  /** A key the provider accepts, or one that fails in the given way. */
  newKey: (behaviour?: KeyBehaviour, provider?: ProviderId) => Promise<string>;
  /** The provider treats a key otherwise from now on. */
  setKey: (key: string, behaviour: KeyBehaviour) => Promise<void>;
  /** Requests that arrived with one of this test's keys, or from this test's person by the text they sent. */
  journal: (filter?: { key?: string; text?: string }) => Promise<JournalEntry[]>;
}

interface WorkerFixtures {
  /** Where the product of these tests is served. */
  origin: string;
  /**
   * One for all tests of a worker: what the browser fetched and compiled of the product is there for the next
   * test.
   */
  sharedContext: BrowserContext;
}

interface Fixtures {
  /**
   * For tests that leave something in a context that cannot be taken back, such as another clock: one of
   * their own.
   */
  ownContext: boolean;
  standIn: StandIn;
  /**
   * Stores a fresh account and leaves the page's browser signed in. Signing up itself is tested in
   * account.spec.ts.
   */
  signUp: (page: Page, name?: string) => Promise<Account>;
  /** Creates a project of the signed-in person. @returns its id */
  createProject: (page: Page, name?: string) => Promise<string>;
  /** Content-Security-Policy violations and page errors fail a test on their own. */
  quietConsole: void;
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: the global set-up did not run`);
  return value;
}

/** Whether React has taken over every button there is: before that a click is lost. */
function isInteractive(): boolean {
  return [...document.querySelectorAll("button")].every((button) =>
    Object.keys(button).some((name) => name.startsWith("__reactProps$")),
  );
}

/**
 * Lets `goto` and `reload` of the context's pages wait until a page of the product takes clicks, as a person
 * would.
 */
function waitForScripts(context: BrowserContext, origin: string): void {
  const newPage = context.newPage.bind(context);
  context.newPage = async () => {
    const page = await newPage();
    const ready = async () => {
      if (new URL(page.url()).origin !== origin) return;
      // While it goes on to another page there is nothing to ask.
      const ask = () => page.evaluate(isInteractive).catch(() => false);
      await expect.poll(ask, { message: "buttons take clicks", intervals: [20, 50, 100] }).toBe(true);
    };
    const [goto, reload] = [page.goto.bind(page), page.reload.bind(page)];
    page.goto = async (...where) => {
      const answer = await goto(...where);
      await ready();
      return answer;
    };
    page.reload = async (...how) => {
      const answer = await reload(...how);
      await ready();
      return answer;
    };
    return page;
  };
}

async function newContext(browser: Browser, origin: string): Promise<BrowserContext> {
  const context = await browser.newContext({ baseURL: origin });
  waitForScripts(context, origin);
  return context;
}

/** As a browser that was never here: nothing of a person is left, only what was fetched from the product. */
async function forgetPerson(context: BrowserContext, origin: string): Promise<void> {
  await context.setOffline(false);
  await Promise.all([context.clearCookies(), context.clearPermissions()]);
  const [page = await context.newPage(), ...others] = context.pages();
  await Promise.all(others.map((other) => other.close()));
  const devTools = await context.newCDPSession(page);
  await devTools.send("Storage.clearDataForOrigin", { origin, storageTypes: "all" });
  await page.close();
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  origin: [async ({}, use) => use(required("E2E_APP_URL")), { scope: "worker" }],
  sharedContext: [
    async ({ browser, origin }, use) => {
      const context = await newContext(browser, origin);
      await use(context);
      await context.close();
    },
    { scope: "worker" },
  ],
  ownContext: [false, { option: true }],
  context: async ({ browser, sharedContext, ownContext, origin }, use) => {
    const context = ownContext ? await newContext(browser, origin) : sharedContext;
    await use(context);
    if (ownContext) await context.close();
    else await forgetPerson(context, origin);
  },
  baseURL: async ({ origin }, use) => {
    await use(origin);
  },
  standIn: async ({}, use) => {
    const control = controlStandIn(required("E2E_STAND_IN_URL"));
    await use({
      platformKey: PLATFORM_DEMO_KEY,
      newKey: async (behaviour, provider = "anthropic") => {
        const key = newProviderKey(provider);
        await control.setKey(key, behaviour);
        return key;
      },
      setKey: (key, behaviour) => control.setKey(key, behaviour),
      journal: async ({ key, text } = {}) => (await control.journal({ key, said: text })).entries,
    });
  },
  signUp: async ({ origin }, use) => {
    const installation = JSON.parse(required("E2E_INSTALLATION")) as Installation;
    await use(async (page, name = "Ada Test") => {
      const account = {
        name,
        email: `${randomUUID()}@example.com`,
        password: "correct horse battery staple",
      };
      const userId = await storeAccount(installation, account);
      const [cookie = "", value = ""] = (await storeSession(installation, userId)).split(/=(.*)/);
      await page
        .context()
        .addCookies([{ name: cookie, value, url: origin, httpOnly: true, sameSite: "Lax" }]);
      return account;
    });
  },
  createProject: async ({ origin }, use) => {
    await use(async (page, name = "Test project") => {
      const answer = await page.request.post("/api/v1/projects", { data: { name }, headers: { origin } });
      expect(answer.status(), await answer.text()).toBe(200);
      const { id } = (await answer.json()) as { id: string };
      return id;
    });
  },
  quietConsole: [
    async ({ page }, use) => {
      const complaints: string[] = [];
      page.on("pageerror", (error) => complaints.push(`page error: ${error.message}`));
      page.on("console", (message) => {
        if (/Content Security Policy|Refused to|Hydration|hydrat/i.test(message.text()))
          complaints.push(message.text());
      });
      await use();
      expect(complaints).toEqual([]);
    },
    { auto: true },
  ],
});
