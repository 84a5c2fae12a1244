import type { AddressPolicy } from "./address-policy";
import { addressNotAllowed, needsTls } from "./endpoint-refused";
import type { Endpoint } from "./parse-endpoint";
import type { ResolvedAddress } from "./resolve-host";

/**
 * Checks what the host of an endpoint resolved to, for one request.
 *
 * @param answers every answer of the resolver; one that may not be reached refuses them all, for a name that leads to a public
 *   and a private address at once is likely an attempt to get to the second behind the first
 * @throws AppError `endpoint_refused`
 */
export function checkResolved(
  endpoint: Endpoint,
  answers: readonly ResolvedAddress[],
  policy: AddressPolicy,
): void {
  for (const { address } of answers) {
    const verdict = policy.judge(address);
    if (verdict === "refused") throw addressNotAllowed(`resolved to ${address}`);
    if (verdict === "public" && !endpoint.isEncrypted) throw needsTls(`resolved to ${address}`);
  }
}
