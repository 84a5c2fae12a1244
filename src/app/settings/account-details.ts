import "server-only";
import { headers } from "next/headers";
import type { Device } from "@/components/settings/device";
import { auth } from "@/lib/auth/auth";

/**
 * What the settings page shows beyond the user: where the person is signed in, and whether there is a
 * password. The sessions' tokens stay here; a page that included them would expose the tokens of all the
 * person's devices.
 */
export async function accountDetails(): Promise<{ devices: Device[]; hasPassword: boolean }> {
  const requestHeaders = await headers();
  const { api } = await auth();
  const [sessions, accounts] = await Promise.all([
    api.listSessions({ headers: requestHeaders }),
    api.listUserAccounts({ headers: requestHeaders }),
  ]);
  const devices = sessions
    .map(({ id, createdAt, updatedAt, userAgent, ipAddress }) => ({
      id,
      signedInAt: createdAt.toISOString(),
      lastSeenAt: updatedAt.toISOString(),
      userAgent: userAgent ?? null,
      address: ipAddress || null,
    }))
    .toSorted((a, b) => b.lastSeenAt.localeCompare(a.lastSeenAt));
  return { devices, hasPassword: accounts.some((account) => account.providerId === "credential") };
}
