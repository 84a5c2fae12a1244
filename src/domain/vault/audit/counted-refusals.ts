import { LRUCache } from "lru-cache";

const RECORD_EVERY_MS = 60_000;
/** Whose refusals are counted at a time. Of somebody forgotten, the next refusal is recorded at once. */
const MAX_COUNTED = 10_000;

interface Refusals {
  unrecorded: number;
  /** On the clock of `performance.now()`. */
  recordedAt: number | null;
}

/**
 * Records refusals once a minute for each who is refused, with their number since the last record: whoever
 * asks again and again must not fill the audit trail.
 */
export class CountedRefusals {
  readonly #of = new LRUCache<string, Refusals>({ max: MAX_COUNTED });

  /**
   * @param who is refused
   * @param record called with the number of refusals, if a record is due
   * @throws what `record` throws; then they are counted in the next one
   */
  note(who: string, record: (refused: number) => void): void {
    const refusals = this.#of.get(who) ?? { unrecorded: 0, recordedAt: null };
    this.#of.set(who, refusals);
    refusals.unrecorded += 1;
    const now = performance.now();
    if (refusals.recordedAt !== null && now - refusals.recordedAt < RECORD_EVERY_MS) return;
    record(refusals.unrecorded);
    refusals.unrecorded = 0;
    refusals.recordedAt = now;
  }
}
