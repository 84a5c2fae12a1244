import type { UsagePurpose } from "@/contracts/usage";

/** What requests were for, as a person says it. */
export const PURPOSE_NAMES: Readonly<Record<string, string>> = {
  chat: "Chat",
  compaction: "Summaries of conversations",
  title: "Titles of conversations",
  key_test: "Tests of keys",
  gateway: "Gateway",
} satisfies Record<UsagePurpose, string>;
