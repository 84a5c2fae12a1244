import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { AppShell } from "@/components/app-shell/app-shell";
import { ActivityLog } from "@/components/audit-log/activity-log";
import { signInPath } from "@/components/auth/safe-next";
import { SubpageHeading } from "@/components/settings/subpage-heading";
import { activityQuerySchema } from "@/contracts/audit-log";
import { providerNames } from "@/domain/providers/provider-facts";
import { currentUser } from "@/lib/auth/current-user";

export const metadata: Metadata = { title: "Activity" };

export default async function ActivityPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const user = (await currentUser()) ?? redirect(signInPath("/activity"));
  const { group, object } = await searchParams;
  // Whatever else an address has: the page shows everything then.
  const first = activityQuerySchema.pick({ group: true, object: true }).safeParse({ group, object }).data;
  return (
    <AppShell user={user}>
      <SubpageHeading title="Activity">
        What was done with your account, keys, projects and secrets, by you, by operators and by the server.
        It cannot be changed or deleted, and holds no messages and no keys. Names are those of today.
      </SubpageHeading>
      <ActivityLog
        providers={providerNames()}
        first={{
          ...(first?.group ? { group: first.group } : {}),
          ...(first?.object ? { object: first.object } : {}),
        }}
      />
    </AppShell>
  );
}
