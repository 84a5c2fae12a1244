import type { Metadata } from "next";
import { notFound, redirect } from "next/navigation";
import { AppShell } from "@/components/app-shell/app-shell";
import { signInPath } from "@/components/auth/safe-next";
import { Invitations } from "@/components/people/invitations";
import { PeopleList } from "@/components/people/people-list";
import { SettingsSection } from "@/components/settings/settings-section";
import { SubpageHeading } from "@/components/settings/subpage-heading";
import { mayOperate } from "@/domain/vault/require-operator";
import { currentUser } from "@/lib/auth/current-user";

export const metadata: Metadata = { title: "People" };

export default async function PeoplePage() {
  const user = (await currentUser()) ?? redirect(signInPath("/settings/people"));
  if (!(await mayOperate(user))) notFound();
  const now = Date.now();
  return (
    <AppShell user={user}>
      <SubpageHeading title="People">
        Who has an account here, and what the platform pays for them. You do not see what they write.
      </SubpageHeading>
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
