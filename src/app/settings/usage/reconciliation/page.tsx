import type { Metadata } from "next";
import { notFound, redirect } from "next/navigation";
import { AppShell } from "@/components/app-shell/app-shell";
import { signInPath } from "@/components/auth/safe-next";
import { Reconciliation } from "@/components/reconciliation/reconciliation";
import { SubpageHeading } from "@/components/settings/subpage-heading";
import { mayOperate } from "@/domain/vault/require-operator";
import { currentUser } from "@/lib/auth/current-user";

export const metadata: Metadata = { title: "Reconciliation" };

export default async function PlatformReconciliationPage() {
  const user = (await currentUser()) ?? redirect(signInPath("/settings/usage/reconciliation"));
  if (!(await mayOperate(user))) notFound();
  return (
    <AppShell user={user}>
      <SubpageHeading title="Reconciliation" back={{ href: "/settings/usage", label: "Platform usage" }}>
        What providers say they charged for the platform's keys, beside what was counted here. Only for
        operators.
      </SubpageHeading>
      <Reconciliation base="/api/v1/operator" now={Date.now()} />
    </AppShell>
  );
}
