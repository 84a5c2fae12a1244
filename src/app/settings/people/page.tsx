import { ChevronLeft } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { notFound, redirect } from "next/navigation";
import { AppShell } from "@/components/app-shell/app-shell";
import { signInPath } from "@/components/auth/safe-next";
import { Invitations } from "@/components/people/invitations";
import { PeopleList } from "@/components/people/people-list";
import { SettingsSection } from "@/components/settings/settings-section";
import { mayOperate } from "@/domain/vault/require-operator";
import { currentUser } from "@/lib/auth/current-user";

export const metadata: Metadata = { title: "People" };

export default async function PeoplePage() {
  const user = (await currentUser()) ?? redirect(signInPath("/settings/people"));
  if (!(await mayOperate(user))) notFound();
  const now = Date.now();
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
        <h1 className="mt-2 font-display text-2xl font-normal tracking-[-0.015em]">People</h1>
        <p className="mt-1 max-w-prose text-pretty text-text-muted">
          Who has an account here, and what the platform pays for them. What they write is theirs.
        </p>
      </div>
      <SettingsSection
        id="people"
        title="Accounts"
        description="Suspending ends everything that runs for a person at once. All of it is written to the audit trail."
      >
        <PeopleList userId={user.userId} now={now} />
      </SettingsSection>
      <SettingsSection
        id="invitations"
        title="Invitations"
        description="A link with which somebody makes an account, once, within seven days."
      >
        <Invitations now={now} />
      </SettingsSection>
    </AppShell>
  );
}
