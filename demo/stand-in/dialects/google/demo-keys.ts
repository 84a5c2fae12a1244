import type { DemoKey } from "../../demo-key";

/** A key that begins like one of Google Cloud's. */
function googleDemoKey(name: string, mark: string): string {
  return `${["AI", "za"].join("")}DEMO-not-a-real-key-${name}-${mark}AA`;
}

export const demoKeys: readonly Omit<DemoKey, "provider">[] = [
  { key: googleDemoKey("personal", "g1"), label: "Google", whatHappens: "Works.", behaviour: "answers" },
  {
    key: googleDemoKey("no-credit", "g2"),
    label: "Google, no credit",
    whatHappens: "402: the credit paid in advance is used up.",
    behaviour: "no-credit",
  },
];
