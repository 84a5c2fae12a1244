import { randomUUID } from "node:crypto";
import type { UsageRow } from "@/domain/metering/usage-row";

/** The row of a request that was answered. */
export function usageRow(row: Partial<UsageRow> = {}): UsageRow {
  return {
    id: randomUUID(),
    at: new Date(),
    purpose: "chat",
    round: 0,
    requests: 1,
    outcome: "completed",
    errorCode: null,
    tokens: null,
    isReported: true,
    cost: null,
    price: null,
    providerRequestId: null,
    serviceTier: null,
    raw: null,
    durationMs: 10,
    firstTokenMs: 5,
    key: null,
    ...row,
  };
}
