import type { KeyPause } from "@/contracts/ai-keys";

/** Why a key is paused, or what its owner is told of, in a sentence. */
export function pauseSentence(pause: KeyPause): string {
  switch (pause.reason) {
    case "owner":
      return "You paused it.";
    case "unusual_hour":
      return `Unusual spending: ${dollars(pause.microUsd)} within an hour, where the most before was ${dollars(pause.busiestMicroUsd)}.`;
    case "dearer_model":
      return `Unusual spending: ${dollars(pause.microUsd)} within an hour on ${pause.model}, which costs more than three times what it was used for before.`;
    case "refusals":
      return `Its provider refused ${pause.refusals} requests within ten minutes and answered none.`;
  }
}

function dollars(microUsd: number): string {
  return `$${(microUsd / 1_000_000).toFixed(2)}`;
}
