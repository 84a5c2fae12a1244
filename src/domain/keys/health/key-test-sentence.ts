import type { KeyHealthOutcome } from "@/contracts/ai-keys";
import type { ProviderFacts } from "@/contracts/provider";
import { addressWrongSentence, saysAddressIsWrong } from "@/domain/providers/failures/address-wrong";
import { FAILURE_TABLE, KEY_TEST_SENTENCES } from "@/domain/providers/failures/failure-table";
import type { ProviderFailure } from "@/domain/providers/failures/provider-failure";

/** What a failure says about the key that was tried. */
export function outcomeOf(failure: ProviderFailure): KeyHealthOutcome {
  return FAILURE_TABLE[failure.code].keyHealth ?? "unknown";
}

/**
 * The sentence about a key that a provider did not take, for a test and for a list of models.
 *
 * @param proposed the address of a custom endpoint that was probably meant
 */
export function keyTestSentence(
  failure: ProviderFailure,
  asked: Pick<ProviderFacts, "name" | "billingUrl" | "needsAddress"> & { hasKey: boolean },
  proposed: string | null = null,
): string {
  return asked.needsAddress && (proposed !== null || saysAddressIsWrong(failure))
    ? addressWrongSentence(proposed)
    : KEY_TEST_SENTENCES[outcomeOf(failure)](asked);
}
