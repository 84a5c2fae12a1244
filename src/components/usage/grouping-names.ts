import type { UsageGrouping } from "@/contracts/usage-report";

export const GROUPING_NAMES: Readonly<Record<UsageGrouping, string>> = {
  key: "Key",
  model: "Model",
  project: "Project",
  payer: "Who pays",
  provider: "Provider",
  purpose: "Purpose",
  person: "Person",
};
