import type { DemoKey } from "../../demo-key";

export const OPENAI_ADMIN_DEMO_KEY = `${"sk-admin-DEMO-not-a-real-key-".padEnd(160, "demo0")}b1AA`;

export const demoKeys: readonly Omit<DemoKey, "provider">[] = [
  {
    key: OPENAI_ADMIN_DEMO_KEY,
    label: "OpenAI, admin",
    whatHappens: "Reads what the organization was charged, under Usage, Reconciliation.",
    behaviour: "answers",
  },
];
