import type { Metadata } from "next";
import { notFound, redirect } from "next/navigation";
import { AppShell } from "@/components/app-shell/app-shell";
import { signInPath } from "@/components/auth/safe-next";
import { SubpageHeading } from "@/components/settings/subpage-heading";
import { VaultOverview } from "@/components/vault/vault-overview";
import { mayOperate } from "@/domain/vault/require-operator";
import { vaultStatus } from "@/domain/vault/vault-status";
import { currentUser } from "@/lib/auth/current-user";

export const metadata: Metadata = { title: "Vault" };

export default async function VaultPage() {
  const user = (await currentUser()) ?? redirect(signInPath("/settings/vault"));
  if (!(await mayOperate(user))) notFound();
  return (
    <AppShell user={user}>
      <SubpageHeading title="Vault">
        Everything people save here is sealed. See what it is sealed with, and replace it while they work.
      </SubpageHeading>
      <VaultOverview initial={await vaultStatus()} userId={user.userId} now={Date.now()} />
    </AppShell>
  );
}
