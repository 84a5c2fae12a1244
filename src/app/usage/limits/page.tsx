import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { AppShell } from "@/components/app-shell/app-shell";
import { signInPath } from "@/components/auth/safe-next";
import { OwnLimits } from "@/components/limits/own-limits";
import { SubpageHeading } from "@/components/settings/subpage-heading";
import { currentUser } from "@/lib/auth/current-user";

export const metadata: Metadata = { title: "Limits" };

export default async function LimitsPage() {
  const user = (await currentUser()) ?? redirect(signInPath("/usage/limits"));
  return (
    <AppShell user={user}>
      <SubpageHeading title="Limits" back={{ href: "/usage", label: "Usage" }}>
        What may be spent. A limit that refuses does so before anything is sent, and counts each request once
        it has ended.
      </SubpageHeading>
      <OwnLimits />
    </AppShell>
  );
}
