import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { AppShell } from "@/components/app-shell/app-shell";
import { signInPath } from "@/components/auth/safe-next";
import { DeleteAccount } from "@/components/settings/delete-account";
import { DeviceList } from "@/components/settings/device-list";
import { KeySettings } from "@/components/settings/key-settings";
import { PasswordForm } from "@/components/settings/password-form";
import { ProfileForm } from "@/components/settings/profile-form";
import { SettingsSection } from "@/components/settings/settings-section";
import { buttonVariants } from "@/components/ui/button";
import { firstSelection } from "@/domain/keys/first-selection/first-selection";
import { listKeys } from "@/domain/keys/list-keys";
import { modelGroupsOf } from "@/domain/keys/model-choices/list-model-groups";
import { providerFacts } from "@/domain/providers/provider-facts";
import { isOperator } from "@/domain/vault/require-operator";
import { currentUser } from "@/lib/auth/current-user";
import { accountDetails } from "./account-details";
import { connectionOutcome } from "./connection-outcome";

export const metadata: Metadata = { title: "Settings" };

export default async function SettingsPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const user = (await currentUser()) ?? redirect(signInPath("/settings"));
  const [query, { devices, hasPassword }, keys, operates] = await Promise.all([
    searchParams,
    accountDetails(),
    listKeys(user),
    isOperator(user),
  ]);
  const groups = modelGroupsOf(keys);
  const first = await firstSelection(user, { keys, groups });
  return (
    <AppShell user={user}>
      <h1 className="mb-8 font-display text-2xl font-normal tracking-[-0.015em]">Settings</h1>
      <SettingsSection id="profile" title="Profile" description="How you appear in your workspace.">
        <ProfileForm name={user.name} email={user.email} />
      </SettingsSection>
      {hasPassword ? (
        <SettingsSection id="password" title="Password" description="For signing in with your email address.">
          <PasswordForm email={user.email} />
        </SettingsSection>
      ) : null}
      <SettingsSection id="devices" title="Devices" description="Where you are signed in now.">
        <DeviceList devices={devices} currentId={user.sessionId} now={Date.now()} />
      </SettingsSection>
      <SettingsSection
        id="keys"
        title="API keys"
        description="Your own keys for model providers. Sealed here, and shown by their last four characters only."
      >
        <KeySettings
          keys={keys}
          groups={groups}
          firstSelection={first}
          providers={providerFacts()}
          connection={connectionOutcome(query, keys)}
          renderedAt={Date.now()}
        />
      </SettingsSection>
      <SettingsSection
        id="activity"
        title="Activity"
        description="What was done with your account, keys and projects, and from which device."
      >
        <Link href="/activity" className={buttonVariants()}>
          Open your activity
        </Link>
      </SettingsSection>
      <SettingsSection
        id="limits"
        title="Limits"
        description="What your own keys may spend, and in which time."
      >
        <Link href="/usage/limits" className={buttonVariants()}>
          Open your limits
        </Link>
      </SettingsSection>
      {operates ? (
        <SettingsSection
          id="people"
          title="People"
          description="Only for operators of this installation, of whom you are one."
        >
          <Link href="/settings/people" className={buttonVariants()}>
            Open the list of people
          </Link>
        </SettingsSection>
      ) : null}
      {operates ? (
        <SettingsSection
          id="platform-limits"
          title="Limits of the platform's key"
          description="Only for operators of this installation, of whom you are one."
        >
          <Link href="/settings/limits" className={buttonVariants()}>
            Open the platform's limits
          </Link>
        </SettingsSection>
      ) : null}
      {operates ? (
        <SettingsSection
          id="usage"
          title="Usage of the platform key"
          description="Only for operators of this installation, of whom you are one."
        >
          <Link href="/settings/usage" className={buttonVariants()}>
            See what the platform paid
          </Link>
        </SettingsSection>
      ) : null}
      {operates ? (
        <SettingsSection
          id="vault"
          title="Vault"
          description="Only for operators of this installation, of whom you are one."
        >
          <Link href="/settings/vault" className={buttonVariants()}>
            Open the vault
          </Link>
        </SettingsSection>
      ) : null}
      {operates ? (
        <SettingsSection
          id="audit-log"
          title="Audit log"
          description="Only for operators of this installation, of whom you are one."
        >
          <Link href="/settings/activity" className={buttonVariants()}>
            Open the audit log
          </Link>
        </SettingsSection>
      ) : null}
      <SettingsSection
        id="delete"
        title="Delete account"
        description="Your projects, conversations and saved keys go with it."
      >
        <DeleteAccount email={user.email} hasPassword={hasPassword} />
      </SettingsSection>
    </AppShell>
  );
}
