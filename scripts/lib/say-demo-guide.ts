import { demoKeys, PERSONAL_DEMO_KEY, PLATFORM_DEMO_KEY } from "../../demo/stand-in/demo-keys";
import type { DemoAccount } from "./demo-folder";
import { sayPlain } from "./say.mjs";

/** Characters that fit the longest label and a space. */
const LABEL = Math.max(...demoKeys.map(({ label }) => label.length)) + 2;

/**
 * Lists a key for every failure and a working one for each other provider. Long, so it is printed before the
 * URL, which should come last.
 */
export function sayFailingKeys(): void {
  sayPlain(
    `\n  Keys that fail, each in its way, and keys of other providers (all invented; the working platform key ends in ${PLATFORM_DEMO_KEY.slice(-4)})`,
  );
  for (const { provider, label, whatHappens, key, behaviour } of demoKeys) {
    if (behaviour !== "answers" || provider !== "anthropic" || label === "admin")
      sayPlain(`    ${label.padEnd(LABEL)}${whatHappens}\n    ${"".padEnd(LABEL)}${key}`);
  }
}

/**
 * How to sign in, and what to do in the first five minutes.
 * @param standInUrl URL of the provider stand-in
 */
export function sayDemoGuide(account: DemoAccount, standInUrl: string): void {
  sayPlain(`  Sign in with
    e-mail         ${account.email}
    password       ${account.password}

  Four things to try
    1. Open the project and ask: "Build a to-do list". Files appear beside the chat.
    2. Save this key as your own, choose "Haiku (personal key)", and send another message:
       ${PERSONAL_DEMO_KEY}
    3. Replace it with one of the keys above, and see what the chat says and which click it offers.
    4. Add keys of OpenAI and OpenRouter, connect OpenRouter by signing in, or add an endpoint of your own at
       ${standInUrl}/compatible/v1 - then change the model and the payer in the middle of a conversation.
`);
}
