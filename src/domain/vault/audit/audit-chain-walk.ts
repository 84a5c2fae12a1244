import type { KeyObject } from "node:crypto";
import { type AuditRecord, auditRecordMac } from "./audit-record";
import { explainSuspect, type Suspect } from "./explain-suspect";

/** A record and the place its row claims. Nothing in it is trusted, not even that the columns are filled. */
export interface ChainedRecord extends AuditRecord {
  seq: bigint;
  mac: string | null;
  macKeyId: string | null;
}

export interface AuditChainHead {
  seq: number;
  /** Lower-case hex. */
  mac: string;
}

export type AuditChainProblem =
  /**
   * The record is not what was chained at this place: changed, replaced or inserted. If the record before it
   * has lost both its contents and its MAC, that one is listed too, because only its own MAC covers it.
   */
  | { kind: "edited"; seq: number; id: string }
  /** The record was chained at another place. */
  | { kind: "reordered"; seq: number; id: string; chainedAt: number }
  /**
   * `count` records from `seq` on are gone. The record after them cannot be checked: its MAC covers theirs.
   */
  | { kind: "missing"; seq: number; count: number }
  /** No key of that id: destroyed, or the id was changed. The record cannot be checked. */
  | { kind: "key_unknown"; seq: number; id: string; macKeyId: string }
  /** The stored head is absent, or is not the last record, which is `seq`. */
  | { kind: "head_mismatch"; seq: number }
  /** The head noted elsewhere is not in the chain: the records up to `seq` were removed or replaced. */
  | { kind: "cut_off"; seq: number }
  /** The record has no place in the chain and never gets one: no server with this secret wrote it. */
  | { kind: "not_recorded"; seq: null; id: string }
  /**
   * The file in which this server noted its head cannot be used, so nothing shows whether records
   * were cut off.
   */
  | { kind: "noted_head_unusable"; seq: null; finding: string };

/** MACs kept as possible predecessors of the next record, while records before it are wrong. */
const MAX_PREDECESSORS = 8;

/**
 * Checks the records of a chain one by one, in the order of their seq. Memory use is constant: it keeps only
 * its position and the listed problems.
 */
export class AuditChainWalk {
  /** Records visited. */
  records = 0;
  /** Problems found, including those not listed. */
  problemCount = 0;
  /** False from the first problem on. */
  sound = true;
  readonly problems: AuditChainProblem[] = [];

  readonly #findKey: (id: string) => Promise<KeyObject | null>;
  readonly #maxListed: number;
  /** Those not seen yet. */
  #expectedHeads: readonly AuditChainHead[];
  readonly #suspects = new Map<AuditChainProblem, Suspect>();
  readonly #keys = new Map<string, KeyObject>();

  #seq = 0n;
  #lastMac: string | null = "";
  /**
   * MACs the next record may name as its predecessor: as stored, and as recomputed where the stored one is
   * wrong.
   */
  #predecessors: readonly string[] = [""];

  constructor(
    findKey: (id: string) => Promise<KeyObject | null>,
    options: { maxListed: number; expectedHeads?: readonly AuditChainHead[] },
  ) {
    this.#findKey = findKey;
    this.#maxListed = options.maxListed;
    this.#expectedHeads = options.expectedHeads ?? [];
  }

  /** @param record the next one by seq; a duplicate seq, or one below 1, is a problem like any other */
  async visit(record: ChainedRecord): Promise<void> {
    this.records += 1;
    const { mac, macKeyId } = record;
    if (this.#expectedHeads.length > 0) {
      this.#expectedHeads = this.#expectedHeads.filter(
        (head) => record.seq !== BigInt(head.seq) || mac !== head.mac,
      );
    }
    if (record.seq <= this.#seq) {
      this.#note({ kind: "edited", ...labelOf(record) });
      if (mac !== null) this.#predecessors = [...this.#predecessors, mac].slice(-MAX_PREDECESSORS);
      return;
    }
    const before = record.seq === this.#seq + 1n ? this.#predecessors : undefined;
    if (!before) this.#noteMissing(record.seq - this.#seq - 1n);
    this.#seq = record.seq;
    this.#lastMac = mac;
    this.#predecessors = mac === null ? [] : [mac];

    if (mac === null || macKeyId === null) {
      this.#note({ kind: "edited", ...labelOf(record) });
      return;
    }
    const key = await this.#keyOf(macKeyId);
    if (!key) {
      this.#note({ kind: "key_unknown", ...labelOf(record), macKeyId });
      return;
    }
    if (!before) return;

    const computed = before.map((previousMac) =>
      auditRecordMac(key, { seq: record.seq, previousMac }, record),
    );
    // Not constant-time: an operator running a verification sees the MACs anyway, and no one else can time
    // it.
    if (computed.includes(mac)) return;
    this.#predecessors = [...new Set([mac, ...computed])].slice(0, MAX_PREDECESSORS);
    const problem: AuditChainProblem = { kind: "edited", ...labelOf(record) };
    if (this.#note(problem)) this.#suspects.set(problem, { record: { ...record, mac }, key, before });
  }

  /** @param head as stored when the last record was read; undefined if its row is gone */
  finish(head: { seq: bigint; mac: string } | undefined): void {
    if (head && head.seq > this.#seq) this.#noteMissing(head.seq - this.#seq);
    else if (head?.seq !== this.#seq || head.mac !== this.#lastMac) {
      this.#note({ kind: "head_mismatch", seq: Number(this.#seq) });
    }
    for (const seq of new Set(this.#expectedHeads.map((expected) => expected.seq))) {
      if (!this.#isListed(seq)) this.#note({ kind: "cut_off", seq });
    }
    this.#explainSuspects();
  }

  /** @param id of a record that is not in the chain, and that no server wrote */
  noteForeign(id: string): void {
    this.#note({ kind: "not_recorded", seq: null, id });
  }

  /** @param finding why the noted head cannot be used */
  noteHeadUnusable(finding: string): void {
    this.#note({ kind: "noted_head_unusable", seq: null, finding });
  }

  /** Whether what happened to the record at that place is listed already. */
  #isListed(seq: number): boolean {
    return this.problems.some((problem) =>
      problem.kind === "missing"
        ? problem.seq <= seq && seq < problem.seq + problem.count
        : problem.kind !== "head_mismatch" && problem.seq === seq,
    );
  }

  /** Distinguishes records that were moved, and their intact neighbours, from those that were changed. */
  #explainSuspects(): void {
    const suspects = [...this.#suspects.values()];
    for (const [problem, suspect] of this.#suspects) {
      const found = explainSuspect(suspect, suspects);
      if (found === undefined) continue;
      const at = this.problems.indexOf(problem);
      if (found === "in_place") {
        this.problems.splice(at, 1);
        this.problemCount -= 1;
      } else {
        this.problems[at] = { kind: "reordered", ...labelOf(suspect.record), chainedAt: Number(found) };
      }
    }
  }

  #noteMissing(count: bigint): void {
    this.#note({ kind: "missing", seq: Number(this.#seq + 1n), count: Number(count) });
  }

  /** @returns whether there was room to list it */
  #note(problem: AuditChainProblem): boolean {
    this.sound = false;
    this.problemCount += 1;
    if (this.problems.length >= this.#maxListed) return false;
    this.problems.push(problem);
    return true;
  }

  async #keyOf(id: string): Promise<KeyObject | null> {
    const known = this.#keys.get(id);
    if (known) return known;
    const key = await this.#findKey(id);
    // Unknown ids are not cached: an attacker can write any number of them into the rows.
    if (key) this.#keys.set(id, key);
    return key;
  }
}

function labelOf(record: Pick<ChainedRecord, "seq" | "id">): { seq: number; id: string } {
  return { seq: Number(record.seq), id: record.id };
}
