import "server-only";
import type { ListedKey } from "@/lib/db/schema/reconciliation-sources";

/** What one key was charged for one model on one day. */
export interface Charge {
  /** The provider's id of the key; empty for what it attributes to none. */
  keyId: string;
  day: string;
  /** Empty for all models together. */
  model: string;
  microUsd: number;
  listMicroUsd: number | null;
}

/** Whole days in UTC; `to` is the first one after them. */
export interface DayRange {
  from: string;
  to: string;
}

export interface ChargesReport {
  charges: Charge[];
  /** Keys of the organization, to find ours among them. */
  keys: ListedKey[];
}

/** Adds amounts of the same key, model and day, and rounds each sum once. */
export class ChargeSums {
  readonly #sums = new Map<string, Charge>();

  add(charge: Charge): void {
    const place = JSON.stringify([charge.keyId, charge.day, charge.model]);
    const sum = this.#sums.get(place);
    if (!sum) {
      this.#sums.set(place, { ...charge });
      return;
    }
    sum.microUsd += charge.microUsd;
    sum.listMicroUsd =
      sum.listMicroUsd === null || charge.listMicroUsd === null
        ? null
        : sum.listMicroUsd + charge.listMicroUsd;
  }

  rounded(): Charge[] {
    return [...this.#sums.values()].map((sum) => ({
      ...sum,
      microUsd: Math.round(sum.microUsd),
      listMicroUsd: sum.listMicroUsd === null ? null : Math.round(sum.listMicroUsd),
    }));
  }
}

/** The last four characters of a key as its provider shows it: "sk-ant-api03-R2D...igAA". */
export function last4Of(hint: unknown): string | null {
  return typeof hint === "string" && /[\w-]{4}$/.test(hint) ? hint.slice(-4) : null;
}
