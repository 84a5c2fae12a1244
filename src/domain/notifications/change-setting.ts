import "server-only";
import type { ChangeNotificationSetting } from "@/contracts/notifications";
import type { Actor } from "@/domain/identity/actor";
import { database } from "@/lib/db/client";
import { notificationSettingsTable } from "@/lib/db/schema";

/** Says whether a person wants to be told of something somewhere. For what is told from now on. */
export async function changeSetting(
  { userId }: Actor,
  { kind, channel, isOn }: ChangeNotificationSetting,
): Promise<void> {
  const { userId: user, kind: kindColumn, channel: channelColumn } = notificationSettingsTable;
  const db = await database();
  await db
    .insert(notificationSettingsTable)
    .values({ userId, kind, channel, isOn })
    .onConflictDoUpdate({ target: [user, kindColumn, channelColumn], set: { isOn } });
}
