import { Bell, ChartColumn, Gauge, History, Scale, Users, Vault } from "lucide-react";
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { AppShell } from "@/components/app-shell/app-shell";
import { signInPath } from "@/components/auth/safe-next";
import { DeleteAccount } from "@/components/settings/delete-account";
import { DeviceList } from "@/components/settings/device-list";
import { KeySettings } from "@/components/settings/key-settings";
import { LinkList, type PageLink } from "@/components/settings/link-list";
import { PasswordForm } from "@/components/settings/password-form";
import { ProfileForm } from "@/components/settings/profile-form";
import { SettingsSection } from "@/components/settings/settings-section";
import { firstSelection } from "@/domain/keys/first-selection/first-selection";
import { listKeys } from "@/domain/keys/list-keys";
import { modelGroupsOf } from "@/domain/keys/model-choices/list-model-groups";
import { providerFacts } from "@/domain/providers/provider-facts";
import { isOperator } from "@/domain/vault/require-operator";
import { currentUser } from "@/lib/auth/current-user";
import { accountDetails } from "./account-details";
import { connectionOutcome } from "./connection-outcome";

const PAGES: readonly PageLink[] = [
  {
    href: "/usage",
    icon: ChartColumn,
    title: "Usage",
    description: "Spending and tokens over time, by key, model and project.",
  },
  {
    href: "/usage/limits",
    icon: Gauge,
    title: "Limits",
    description: "What your own keys may spend, and in which time.",
  },
  {
    href: "/usage/reconciliation",
    icon: Scale,
    title: "Reconciliation",
    description: "What providers say they charged, beside what was counted here.",
  },
  {
    href: "/notifications",
    icon: Bell,
    title: "Notifications",
    description: "What you are told, and how: here, by mail, by webhook.",
  },
  {
    href: "/activity",
    icon: History,
    title: "Activity",
    description: "What was done with your account, keys and projects, and from which device.",
  },
];

const PAGES_OF_OPERATORS: readonly PageLink[] = [
  {
    href: "/settings/people",
    icon: Users,
    title: "People",
    description: "Accounts, suspensions and invitations.",
  },
  {
    href: "/settings/usage",
    icon: ChartColumn,
    title: "Usage of the platform's key",
    description: "What it paid, for whom.",
  },
  {
    href: "/settings/usage/reconciliation",
    icon: Scale,
    title: "Reconciliation of the platform's keys",
    description: "What providers say they charged for them, beside what was counted here.",
  },
  {
    href: "/settings/limits",
    icon: Gauge,
    title: "Limits of the platform's key",
    description: "The allowance of each person, and of all together.",
  },
  {
    href: "/settings/vault",
    icon: Vault,
    title: "Vault",
    description: "Encryption keys, their rotation, and what the vault protects.",
  },
  {
    href: "/settings/activity",
    icon: History,
    title: "Audit log",
    description: "All that is on record, and its verification.",
  },
];

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
        id="records"
        title="Usage and records"
        description="What your keys and the platform's paid for, what they may pay, and what was done."
      >
        <LinkList links={PAGES} />
      </SettingsSection>
      {operates ? (
        <SettingsSection
          id="installation"
          title="Installation"
          description="Only for operators of this installation, of whom you are one."
        >
          <LinkList links={PAGES_OF_OPERATORS} />
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
