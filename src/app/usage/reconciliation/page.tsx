import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { AppShell } from "@/components/app-shell/app-shell";
import { signInPath } from "@/components/auth/safe-next";
import { Reconciliation } from "@/components/reconciliation/reconciliation";
import { SubpageHeading } from "@/components/settings/subpage-heading";
import { currentUser } from "@/lib/auth/current-user";

export const metadata: Metadata = { title: "Reconciliation" };

export default async function ReconciliationPage() {
  const user = (await currentUser()) ?? redirect(signInPath("/usage/reconciliation"));
  return (
    <AppShell user={user}>
      <SubpageHeading title="Reconciliation" back={{ href: "/usage", label: "Usage" }}>
        What your providers say they charged, beside what was counted here. Receipts stay as they were
        written.
      </SubpageHeading>
      <Reconciliation base="/api/v1" now={Date.now()} />
    </AppShell>
  );
}
