import "server-only";
import type { ProviderId } from "@/contracts/provider";
import { AppError } from "@/lib/app-error";
import { environment } from "@/lib/env.server";
import { type AddressPolicy, createAddressPolicy } from "@/lib/outbound/address-policy";
import { createGuardedFetch } from "@/lib/outbound/guarded-fetch";
import { parseEndpoint } from "@/lib/outbound/parse-endpoint";
import type { RequestLimits } from "@/lib/outbound/request-limits";
import { providerById } from "../registry";

/**
 * The normalized address of a custom endpoint; null if the provider has its own address.
 *
 * @param typed as the person typed it
 * @throws AppError `unknown_provider`, `endpoint_refused`; `invalid_request` if an address is missing or
 *   superfluous
 */
export function endpointAddressOf(provider: ProviderId, typed: string | undefined): string | null {
  const { needsAddress, name } = providerById(provider).facts;
  if (!needsAddress) {
    if (typed === undefined) return null;
    throw new AppError("invalid_request", `${name} keys are used at ${name} only; leave the address out.`);
  }
  if (typed === undefined) throw new AppError("invalid_request", "Enter the address of the endpoint.");
  return parseEndpoint(typed, addressPolicy()).url;
}

/** A fetch that reaches only this endpoint; see lib/outbound. @throws AppError `endpoint_refused` */
export function endpointFetch(baseUrl: string, limits: Partial<RequestLimits>): typeof fetch {
  const policy = addressPolicy();
  return createGuardedFetch(parseEndpoint(baseUrl, policy), { policy, limits });
}

function addressPolicy(): AddressPolicy {
  return createAddressPolicy(environment().ALLOWED_PRIVATE_ENDPOINTS);
}
