import { demoKeys, PERSONAL_DEMO_KEY, PLATFORM_DEMO_KEY } from "../../tests/provider-stand-in/demo-keys";
import type { DemoAccount } from "./demo-folder";
import { sayPlain } from "./say.mjs";

/** What a person needs for the first five minutes: how to get in, what to try, and a key for every way a key can fail. */
export function sayDemoGuide(account: DemoAccount): void {
  const failing = demoKeys.filter((demo) => demo.behaviour !== "answers");
  sayPlain(`
  Sign in with
    e-mail         ${account.email}
    password       ${account.password}

  Three things to try
    1. Open the demo project and ask: "Build a to-do list". Files appear beside the chat.
    2. Save this key as your own, choose "Haiku (personal key)" and send another message:
       ${PERSONAL_DEMO_KEY}
    3. Replace it with a key that fails, and see what the chat tells you to do.

  Keys that fail (all invented; the platform's own ends in ${PLATFORM_DEMO_KEY.slice(-4)})`);
  for (const { label, whatHappens, key } of failing)
    sayPlain(`    ${label.padEnd(17)}${whatHappens}\n    ${"".padEnd(17)}${key}`);
}
