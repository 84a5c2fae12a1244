import type { DemoKey } from "../../demo-key";

/** A key longer than the 32 characters of a real one, to leave room to say that it is a demo key. */
function mistralDemoKey(name: string, mark: string): string {
  return `DEMO-not-a-real-key-mistral-${name}-${mark}AA`;
}

export const demoKeys: readonly Omit<DemoKey, "provider">[] = [
  { key: mistralDemoKey("personal", "m1"), label: "Mistral", whatHappens: "Works.", behaviour: "answers" },
  {
    key: mistralDemoKey("no-credit", "m2"),
    label: "Mistral, no credit",
    whatHappens: "402: the account has no credit left.",
    behaviour: "no-credit",
  },
];
