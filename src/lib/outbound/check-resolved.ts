import type { AddressPolicy } from "./address-policy";
import { addressNotAllowed, needsTls } from "./endpoint-refused";
import type { Endpoint } from "./parse-endpoint";
import type { ResolvedAddress } from "./resolve-host";

/**
 * Checks what the host of an endpoint resolved to, for one request.
 *
 * @param answers every answer of the resolver; one that is not allowed refuses them all, because a name that
 *   resolves to both a public and a private address is likely an attempt to reach the private one
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
