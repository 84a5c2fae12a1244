"use client";

import { useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { useApi } from "@/components/use-api";
import { NOTIFICATION_KINDS, type NotificationKind } from "@/contracts/notification-kind";
import { KIND_NAMES } from "@/contracts/notification-sentence";
import {
  NOTIFICATION_CHANNELS,
  type NotificationChannel,
  type NotificationSettingsResponse,
} from "@/contracts/notifications";
import { callApi } from "@/lib/http/api-client";
import { MailState } from "./mail-state";
import { NOTIFICATIONS_PATH } from "./notification-calls";

const PATH = `${NOTIFICATIONS_PATH}/settings` as const;

const CHANNEL_NAMES: Record<NotificationChannel, string> = { app: "Here", mail: "Mail", webhook: "Webhook" };

/** What a person is told of, and where. Each change is stored at once. */
export function NotificationSettings({ now }: { now: number }) {
  const { data, failure, reload, mutate } = useApi<NotificationSettingsResponse>(PATH);
  const [problem, setProblem] = useState<string | null>(null);

  async function change(kind: NotificationKind, channel: NotificationChannel, isOn: boolean): Promise<void> {
    if (!data) return;
    setProblem(null);
    const settings = { ...data.settings, [kind]: { ...data.settings[kind], [channel]: isOn } };
    try {
      await mutate(
        async () => {
          await callApi(PATH, { method: "PUT", body: { kind, channel, isOn } });
          return { ...data, settings };
        },
        { optimisticData: { ...data, settings }, revalidate: false },
      );
    } catch (error) {
      setProblem(error instanceof Error ? error.message : "That was not stored. Try again.");
    }
  }

  if (failure) {
    return (
      <Alert variant="danger">
        {failure}
        <div>
          <Button size="sm" onClick={reload}>
            Retry
          </Button>
        </div>
      </Alert>
    );
  }
  if (!data) {
    return (
      <>
        <span role="status" className="sr-only">
          Loading settings
        </span>
        <Skeleton className="h-48" />
      </>
    );
  }
  return (
    <div className="grid gap-4">
      <MailState mail={data.mail} isOperator={data.isOperator} now={now} />
      {problem ? <Alert variant="danger">{problem}</Alert> : null}
      <div className="overflow-x-auto rounded-xl border bg-surface">
        <table className="w-full text-sm">
          <caption className="sr-only">What you are told of, and where</caption>
          <thead>
            <tr className="border-b text-xs text-text-muted">
              <th scope="col" className="px-4 py-2 text-left font-medium">
                What
              </th>
              {NOTIFICATION_CHANNELS.map((channel) => (
                <th key={channel} scope="col" className="px-2 py-2 text-center font-medium last:pr-4">
                  {CHANNEL_NAMES[channel]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {NOTIFICATION_KINDS.map((kind) => (
              <tr key={kind} className="border-b last:border-b-0">
                <th scope="row" className="px-4 py-2 text-left font-normal">
                  {KIND_NAMES[kind]}
                </th>
                {NOTIFICATION_CHANNELS.map((channel) => (
                  <td key={channel} className="px-2 py-2 text-center last:pr-4">
                    <input
                      type="checkbox"
                      aria-label={`${KIND_NAMES[kind]}: ${CHANNEL_NAMES[channel]}`}
                      checked={data.settings[kind][channel]}
                      onChange={(event) => void change(kind, channel, event.target.checked)}
                      className="size-4 align-middle accent-accent"
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
