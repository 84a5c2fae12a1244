import type { ProviderId } from "./dialects/dialect";

/** How the keys of a provider begin. A key that begins otherwise belongs to whoever accepts it. */
const beginnings: readonly [string, ProviderId][] = [
  ["sk-ant-", "anthropic"],
  ["sk-or-", "openrouter"],
  ["sk-proj-", "openai"],
  ["sk-svcacct-", "openai"],
];

/** Whether a provider could have given out this key: one provider never accepts another's, so a crossed key shows as a 401. */
export function mayBelongTo(provider: ProviderId, key: string): boolean {
  const owner = beginnings.find(([beginning]) => key.startsWith(beginning))?.[1];
  return owner === undefined || owner === provider;
}
