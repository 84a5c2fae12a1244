import type { DemoKey } from "../../demo-key";

export const ANTHROPIC_ADMIN_DEMO_KEY = `${"sk-ant-admin01-DEMO-not-a-real-key-".padEnd(104, "demo0")}a1AA`;

export const demoKeys: readonly Omit<DemoKey, "provider">[] = [
  {
    key: ANTHROPIC_ADMIN_DEMO_KEY,
    label: "admin",
    whatHappens: "Reads what the organization was charged, under Usage, Reconciliation.",
    behaviour: "answers",
  },
];
