import { ChevronLeft } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { notFound, redirect } from "next/navigation";
import { AppShell } from "@/components/app-shell/app-shell";
import { signInPath } from "@/components/auth/safe-next";
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
      <div className="mb-8">
        <Link
          href="/settings"
          className="-ml-1 inline-flex items-center gap-1 rounded-sm text-sm text-text-muted hover:text-text"
        >
          <ChevronLeft aria-hidden className="size-4" />
          Settings
        </Link>
        <h1 className="mt-2 font-display text-2xl font-normal tracking-[-0.015em]">Vault</h1>
        <p className="mt-1 max-w-prose text-pretty text-text-muted">
          Everything people save here is sealed. See what it is sealed with, and replace it while they work.
        </p>
      </div>
      <VaultOverview initial={await vaultStatus()} userId={user.userId} now={Date.now()} />
    </AppShell>
  );
}
