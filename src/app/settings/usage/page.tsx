import { Scale } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { notFound, redirect } from "next/navigation";
import { readView } from "@/app/usage/read-view";
import { AppShell } from "@/components/app-shell/app-shell";
import { signInPath } from "@/components/auth/safe-next";
import { SubpageHeading } from "@/components/settings/subpage-heading";
import { buttonVariants } from "@/components/ui/button";
import { UsageOverview } from "@/components/usage/usage-overview";
import { OPERATOR_USAGE_GROUPINGS } from "@/contracts/usage-report";
import { filterNames } from "@/domain/spending/reports/filter-names";
import { readReport } from "@/domain/spending/reports/read-report";
import { mayOperate } from "@/domain/vault/require-operator";
import { currentUser } from "@/lib/auth/current-user";
import { cn } from "@/lib/cn";

export const metadata: Metadata = { title: "Usage of the platform key" };

export default async function PlatformUsagePage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const user = (await currentUser()) ?? redirect(signInPath("/settings/usage"));
  if (!(await mayOperate(user))) notFound();
  const scope = { kind: "installation" } as const;
  const { view, query, problem } = await readView(await searchParams, OPERATOR_USAGE_GROUPINGS, new Date());
  const [report, names] = await Promise.all([readReport(scope, query), filterNames(scope, view.filter)]);
  return (
    <AppShell user={user}>
      <SubpageHeading title="Usage of the platform key">
        What the platform paid for the people of this installation. What they pay with their own keys is not
        here, nor what they work on.
      </SubpageHeading>
      <Link href="/settings/usage/reconciliation" className={cn(buttonVariants(), "-mt-4 mb-8")}>
        <Scale aria-hidden /> Reconciliation
      </Link>
      <UsageOverview
        path="/settings/usage"
        api="/api/v1/operator/usage"
        groupings={OPERATOR_USAGE_GROUPINGS}
        filterNames={names}
        {...{ view, report, problem }}
      />
    </AppShell>
  );
}
