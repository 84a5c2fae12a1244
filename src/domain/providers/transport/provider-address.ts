import "server-only";
import { environment } from "@/lib/env.server";
import type { ProviderAdapter } from "../provider-adapter";

/** Address of a provider's API with its version. The operator may put another server in its place (`<PROVIDER>_BASE_URL`). */
export function providerAddress({ facts, defaultOrigin }: ProviderAdapter): string {
  const env = environment();
  const replaced: Record<string, string | undefined> = {
    anthropic: env.ANTHROPIC_BASE_URL,
    openai: env.OPENAI_BASE_URL,
    openrouter: env.OPENROUTER_BASE_URL,
  };
  const origin = replaced[facts.id] ?? defaultOrigin;
  if (origin === null) throw new Error("keys of this provider bring their own address");
  return `${origin}/v1`;
}
