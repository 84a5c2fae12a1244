import type { Metadata } from "next";
import { notFound, redirect } from "next/navigation";
import { AppShell } from "@/components/app-shell/app-shell";
import { signInPath } from "@/components/auth/safe-next";
import { PlatformLimits } from "@/components/limits/platform-limits";
import { SettingsSection } from "@/components/settings/settings-section";
import { SubpageHeading } from "@/components/settings/subpage-heading";
import { mayOperate } from "@/domain/vault/require-operator";
import { currentUser } from "@/lib/auth/current-user";

export const metadata: Metadata = { title: "Limits of the platform's key" };

export default async function PlatformLimitsPage() {
  const user = (await currentUser()) ?? redirect(signInPath("/settings/limits"));
  if (!(await mayOperate(user))) notFound();
  return (
    <AppShell user={user}>
      <SubpageHeading title="Limits of the platform's key">
        What the platform pays: for each person, for one of them instead, and for everybody together. People's
        own keys are not concerned.
      </SubpageHeading>
      <SettingsSection
        id="platform-limits"
        title="Allowances"
        description="An allowance for one person takes the place of everybody's with the same measure and period."
      >
        <PlatformLimits />
      </SettingsSection>
    </AppShell>
  );
}
