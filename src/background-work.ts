import { deleteExpiredPreviousSecrets } from "@/domain/keys/previous-secret";
import { tellOfKeyDates } from "@/domain/keys/tell-of-key-dates";
import { deleteOldNotifications } from "@/domain/notifications/delivery/delete-old-notifications";
import { deliverAll } from "@/domain/notifications/delivery/deliver-all";
import { settleDeadRuns } from "@/domain/runs/elsewhere/settle-dead-runs";
import { dropOldWindows, sweepReservations } from "@/domain/spending/limits/sweep";
import { reconcileDue } from "@/domain/spending/reconciliation/reconcile-due";
import { foldUsage } from "@/domain/spending/reports/fold-usage";
import { watchKeys } from "@/domain/spending/tripwire/watch-keys";
import type { RepeatedWork } from "@/lib/repeated-work";

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/**
 * What a server does beside answering requests, and how often. All of it is safe on several servers at once.
 * Rotations and the audit chain have schedules of their own.
 */
export const BACKGROUND_WORK: readonly RepeatedWork[] = [
  {
    // Expired ones are unusable before that: nothing reads them.
    work: deleteExpiredPreviousSecrets,
    everyMs: 15 * MINUTE,
    failure: "expired previous keys could not be deleted",
  },
  {
    // A key is refused from its date on, told or not.
    work: () => tellOfKeyDates(),
    everyMs: 5 * MINUTE,
    failure: "owners could not be told of the dates of their keys",
  },
  {
    // A theft is found this long after it is unusual, and the time of one statement.
    work: () => watchKeys(),
    everyMs: 15 * SECOND,
    failure: "the use of keys could not be looked at",
    isPatient: true,
  },
  {
    work: deliverAll,
    everyMs: 10 * SECOND,
    failure: "notifications could not be delivered",
  },
  {
    work: deleteOldNotifications,
    everyMs: 60 * MINUTE,
    failure: "old notifications could not be deleted",
  },
  {
    // Within a minute after its server died: its row is held for 20 seconds. A start waits for it.
    work: settleDeadRuns,
    everyMs: 20 * SECOND,
    failure: "runs of servers that died were not settled",
    isPatient: true,
  },
  {
    // With the time a run's row is held, what a dead server had reserved is settled within a minute.
    work: sweepReservations,
    everyMs: 15 * SECOND,
    failure: "reservations of servers that died were not settled",
  },
  {
    work: dropOldWindows,
    everyMs: MINUTE,
    failure: "windows of limits that are long over were not removed",
  },
  {
    // Reports are right without it, and slower.
    work: () => foldUsage(),
    everyMs: MINUTE,
    failure: "usage could not be summed up",
  },
  {
    // Each key once a day.
    work: () => reconcileDue(),
    everyMs: 10 * MINUTE,
    failure: "providers could not be asked what they charged",
    isPatient: true,
  },
];
