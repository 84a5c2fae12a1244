"use client";

import { Laptop, Smartphone } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { AuthRefusal, callAuth } from "@/components/auth/call-auth";
import { Alert } from "@/components/ui/alert";
import { ConfirmDialog } from "@/components/ui/alert-dialog";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { RelativeTime } from "@/components/ui/relative-time";
import { deviceName } from "@/contracts/device-name";
import { type Device, isPhone } from "./device";

/**
 * The person's sessions, with a button to end each.
 *
 * @param currentId the session of this page
 * @param now the server's clock in milliseconds
 */
export function DeviceList({
  devices,
  currentId,
  now,
}: {
  devices: Device[];
  currentId: string;
  now: number;
}) {
  const router = useRouter();
  const [pending, setPending] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [announcement, setAnnouncement] = useState("");
  const [askAll, setAskAll] = useState(false);
  const sorted = [
    ...devices.filter(({ id }) => id === currentId),
    ...devices.filter(({ id }) => id !== currentId),
  ];

  async function signOut(device: Device) {
    setPending(device.id);
    setFailure(null);
    try {
      // The tokens are fetched for this one call and not kept.
      const sessions = await callAuth<{ id: string; token: string }[]>("list-sessions");
      const session = sessions.find(({ id }) => id === device.id);
      if (session) await callAuth("revoke-session", { token: session.token });
      setAnnouncement(`${deviceName(device.userAgent)} is signed out.`);
      router.refresh();
    } catch (error) {
      if (!(error instanceof AuthRefusal)) throw error;
      setFailure(error.message);
    } finally {
      setPending(null);
    }
  }

  return (
    <div className="grid gap-4">
      <ul aria-label="Devices" className="overflow-hidden rounded-xl border bg-surface">
        {sorted.map((device) => {
          const Icon = isPhone(device.userAgent) ? Smartphone : Laptop;
          const current = device.id === currentId;
          const name = deviceName(device.userAgent);
          return (
            <li
              key={device.id}
              className="flex min-h-16 items-center gap-3 border-b px-4 py-3 last:border-b-0"
            >
              <Icon aria-hidden className="size-5 shrink-0 text-text-muted max-xs:hidden" />
              <div className="min-w-0 flex-1">
                <p className="flex flex-wrap items-center gap-x-2 text-sm font-medium">
                  {name}
                  {current ? <Badge variant="accent">This device</Badge> : null}
                </p>
                <p className="text-sm text-text-muted">
                  Signed in <RelativeTime at={device.signedInAt} now={now} />
                  {device.address ? <span className="wrap-anywhere"> from {device.address}</span> : null}
                </p>
              </div>
              {current ? null : (
                <Button
                  size="sm"
                  pending={pending === device.id}
                  aria-label={`Sign out ${name}`}
                  onClick={() => void signOut(device)}
                >
                  Sign out
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      <output className="sr-only">{announcement}</output>
      {failure ? <Alert variant="danger">{failure}</Alert> : null}
      {devices.length > 1 ? (
        <div>
          <Button onClick={() => setAskAll(true)}>Sign out all other devices</Button>
          <ConfirmDialog
            open={askAll}
            onClose={() => setAskAll(false)}
            title="Sign out all other devices?"
            description="Whoever uses them has to sign in again. This device stays signed in."
            confirmLabel="Sign out others"
            onConfirm={async () => {
              await callAuth("revoke-other-sessions", {});
              setAnnouncement("All other devices are signed out.");
              router.refresh();
            }}
          />
        </div>
      ) : null}
    </div>
  );
}
