import { mutate } from "swr";
import type { UnreadResponse } from "@/contracts/notifications";
import { callApi } from "@/lib/http/api-client";

export const NOTIFICATIONS_PATH = "/api/v1/notifications";
export const UNREAD_PATH = `${NOTIFICATIONS_PATH}/unread` as const;

/** @throws ApiError */
export async function markRead(id: string, isRead: boolean): Promise<void> {
  await callApi(`${NOTIFICATIONS_PATH}/${id}`, { method: "PATCH", body: { isRead } });
  await mutate(UNREAD_PATH).catch(() => undefined);
}

/** @param upTo when the newest one was told that the person has before them @throws ApiError */
export async function markAllRead(upTo: string): Promise<void> {
  const unread = await callApi<UnreadResponse>(`${NOTIFICATIONS_PATH}/read`, {
    method: "POST",
    body: { upTo },
  });
  await mutate(UNREAD_PATH, unread, { revalidate: false });
}
