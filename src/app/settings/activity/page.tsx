import type { Metadata } from "next";
import { notFound, redirect } from "next/navigation";
import { AppShell } from "@/components/app-shell/app-shell";
import { OperatorLog } from "@/components/audit-log/operator-log";
import { signInPath } from "@/components/auth/safe-next";
import { SubpageHeading } from "@/components/settings/subpage-heading";
import { providerNames } from "@/domain/providers/provider-facts";
import { mayOperate } from "@/domain/vault/require-operator";
import { currentUser } from "@/lib/auth/current-user";

export const metadata: Metadata = { title: "Audit log" };

export default async function AuditLogPage() {
  const user = (await currentUser()) ?? redirect(signInPath("/settings/activity"));
  if (!(await mayOperate(user))) notFound();
  return (
    <AppShell user={user}>
      <SubpageHeading title="Audit log">
        Who did what here: ids, providers and counts, and nothing that people wrote or named. Downloads have
        each use of a key too, and are on record themselves.
      </SubpageHeading>
      <OperatorLog providers={providerNames()} now={Date.now()} />
    </AppShell>
  );
}
