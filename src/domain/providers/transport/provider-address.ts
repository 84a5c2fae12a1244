import "server-only";
import { operatorBaseUrl } from "@/lib/provider-variables";
import type { ProviderAdapter } from "../provider-adapter";

/** Address of a provider's API with its version. The operator may override it (`<PROVIDER>_BASE_URL`). */
export function providerAddress({ facts, defaultOrigin, apiVersion = "v1" }: ProviderAdapter): string {
  if (defaultOrigin === null) throw new Error("keys of this provider bring their own address");
  return `${operatorBaseUrl(facts.id) ?? defaultOrigin}/${apiVersion}`;
}
