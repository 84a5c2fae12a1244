import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { AppShell } from "@/components/app-shell/app-shell";
import { signInPath } from "@/components/auth/safe-next";
import { NotificationList } from "@/components/notifications/notification-list";
import { NotificationSettings } from "@/components/notifications/notification-settings";
import { WebhookList } from "@/components/notifications/webhook-list";
import { SettingsSection } from "@/components/settings/settings-section";
import { currentUser } from "@/lib/auth/current-user";

export const metadata: Metadata = { title: "Notifications" };

export default async function NotificationsPage() {
  const user = (await currentUser()) ?? redirect(signInPath("/notifications"));
  const now = Date.now();
  return (
    <AppShell user={user}>
      <h1 className="mb-6 font-display text-2xl font-normal tracking-[-0.015em]">Notifications</h1>
      <section aria-label="What you were told" className="mb-8">
        <NotificationList now={now} />
      </section>
      <SettingsSection
        id="settings"
        title="What you are told of"
        description="Here, by mail to your account's address, and by your webhooks. They are kept for 90 days."
      >
        <NotificationSettings now={now} />
      </SettingsSection>
      <SettingsSection
        id="webhooks"
        title="Webhooks"
        description="Servers of yours that are told as soon as you are. What they do not take is tried again for a day."
      >
        <WebhookList now={now} />
      </SettingsSection>
    </AppShell>
  );
}
