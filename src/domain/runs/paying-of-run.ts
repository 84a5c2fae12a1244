import { z } from "zod";
import type { ModelSelection } from "@/contracts/model-selection";
import { PAYERS } from "@/contracts/payer";
import type { PayingKey } from "@/domain/keys/find-paying-key";

/**
 * Who pays for a run's requests, as its row in `runs` says it: the key's name and not the key. Read again
 * when a server died in the middle of the run; a newer server may have written it.
 */
export const payingOfRunSchema = z.object({
  /** When the run began. */
  at: z.iso.datetime().transform((at) => new Date(at)),
  purpose: z.enum(["chat", "title"]),
  selection: z.object({ payer: z.enum(PAYERS), provider: z.string(), model: z.string() }),
  key: z.object({ id: z.string(), label: z.string(), last4: z.string(), secretId: z.string() }).nullable(),
});

export type PayingOfRun = z.input<typeof payingOfRunSchema>;

export function payingOfRun(
  { selection, purpose = "chat" }: { selection: ModelSelection; purpose?: PayingOfRun["purpose"] },
  key: PayingKey,
): PayingOfRun {
  const { payer, provider, model } = selection;
  return {
    at: new Date().toISOString(),
    purpose,
    selection: { payer, provider, model },
    key:
      key.source === "platform"
        ? null
        : { id: key.id, label: key.label, last4: key.last4, secretId: key.secretId },
  };
}
