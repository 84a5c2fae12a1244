import "server-only";
import type { Owner } from "@/contracts/owner";
import type { LimitMeasure, LimitPeriod, LimitScopeKind } from "@/contracts/spending-limits";
import { runStatement } from "@/lib/db/run-statement";

/** A request that is about to be sent, and what it may take at most. */
export interface Reservation {
  /** Also the id of the request's usage record, whose insertion settles this. */
  id: string;
  /** When it is sent, as its usage record will say: that decides in which window it counts. */
  at: Date;
  userId: string;
  /** Whose key pays. */
  owner: Owner;
  keyId: string | null;
  /** While this run lives, the reservation is held. */
  runId: string | null;
  serverId: string | null;
  /** Null if no price is known. */
  microUsd: number | null;
  inputTokens: number;
  outputTokens: number;
  /** What is recorded if the server dies: columns of `usage_events`. */
  floor: Record<string, string | number | null>;
}

/** A hard limit that counts for the request, as it stands. */
export interface LimitFigures {
  id: string;
  scope: LimitScopeKind;
  /** It belongs to the operators: counts what the platform pays. */
  isPlatforms: boolean;
  measure: LimitMeasure;
  period: LimitPeriod;
  amount: number;
  spent: number;
  reserved: number;
  raised: number;
  /** What the request would take of it. */
  need: number;
  startsAt: string;
  endsAt: string | null;
  timeZone: string;
  fallbackInput: number | null;
  fallbackOutput: number | null;
}

export type Reserved =
  /** It is held, in limits of these measures; an empty list where no hard limit counts. */
  | { held: LimitMeasure[] }
  /** Nothing is held: it does not fit in all of these. */
  | { short: LimitFigures[] }
  /** Nothing is held: a limit of money counts, and no price is known. Its id. */
  | { unpriced: string };

/** Without a run's row that is prolonged, a reservation is swept after this time. */
const HOLD_SECONDS = 30;

const RESERVE = `select reserve_limits($1::uuid, $2::timestamptz, $3, $4, $5, $6::uuid, $7::uuid, $8::uuid,
  $9::bigint, $10::bigint, $11::bigint, $12::int, $13::jsonb) as reserved`;

/**
 * Holds what a request may take at most in every hard limit it counts for, or in none of them: one statement.
 */
export async function reserve(wanted: Reservation): Promise<Reserved> {
  const { id, at, userId, owner, keyId, runId, serverId, microUsd, inputTokens, outputTokens, floor } =
    wanted;
  const [row] = await runStatement<{ reserved: Reserved }>(RESERVE, [
    id,
    at,
    userId,
    owner.kind,
    owner.id,
    keyId,
    runId,
    serverId,
    microUsd,
    inputTokens,
    outputTokens,
    HOLD_SECONDS,
    JSON.stringify(floor),
  ]);
  if (!row) throw new Error("a function answers with one row");
  return row.reserved;
}
