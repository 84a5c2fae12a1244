import { Gauge, Scale } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { AppShell } from "@/components/app-shell/app-shell";
import { signInPath } from "@/components/auth/safe-next";
import { buttonVariants } from "@/components/ui/button";
import { KeySpendingTable } from "@/components/usage/key-spending-table";
import { UsageOverview } from "@/components/usage/usage-overview";
import { USAGE_GROUPINGS } from "@/contracts/usage-report";
import { moneyLimitsOfKeys } from "@/domain/spending/limits/limits-of-keys";
import { filterNames } from "@/domain/spending/reports/filter-names";
import { keySpending } from "@/domain/spending/reports/key-spending";
import { readReport } from "@/domain/spending/reports/read-report";
import { currentUser } from "@/lib/auth/current-user";
import { readView } from "./read-view";

export const metadata: Metadata = { title: "Usage" };

export default async function UsagePage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const user = (await currentUser()) ?? redirect(signInPath("/usage"));
  const now = new Date();
  const scope = { kind: "person", userId: user.userId } as const;
  const { view, query, timeZone, problem } = await readView(await searchParams, USAGE_GROUPINGS, now);
  const [report, keys, limits, names] = await Promise.all([
    readReport(scope, query),
    keySpending(user, timeZone, now),
    moneyLimitsOfKeys(user),
    filterNames(scope, view.filter),
  ]);
  return (
    <AppShell user={user}>
      <div className="mb-8 flex flex-wrap items-start justify-between gap-4">
        <div>
          <h1 className="font-display text-2xl font-normal tracking-[-0.015em]">Usage</h1>
          <p className="mt-1 max-w-prose text-pretty text-text-muted">
            What your keys paid for, and what the platform paid for you.
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          <Link href="/usage/limits" className={buttonVariants()}>
            <Gauge aria-hidden /> Limits
          </Link>
          <Link href="/usage/reconciliation" className={buttonVariants()}>
            <Scale aria-hidden /> Reconciliation
          </Link>
        </div>
      </div>
      <UsageOverview
        path="/usage"
        api="/api/v1/usage"
        groupings={USAGE_GROUPINGS}
        filterNames={names}
        {...{ view, report, problem }}
      >
        {keys.length > 0 ? (
          <div className="grid gap-4">
            <div>
              <h2 className="font-semibold">What each key cost</h2>
              <p className="text-sm text-text-muted">
                In the day, the week and the month that run now. Weeks begin on Monday.
              </p>
            </div>
            <KeySpendingTable keys={keys} limits={limits} />
          </div>
        ) : null}
      </UsageOverview>
    </AppShell>
  );
}
