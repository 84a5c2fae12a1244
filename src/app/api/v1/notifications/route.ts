import { type NotificationListResponse, notificationPageSchema } from "@/contracts/notifications";
import { listNotifications } from "@/domain/notifications/list-notifications";
import { apiRoute, parseInput } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";

export const GET = apiRoute(
  async ({ url, user }): Promise<NotificationListResponse> =>
    listNotifications(user, parseInput(notificationPageSchema, Object.fromEntries(url.searchParams))),
);

const refuse = refuseMethod("GET");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };
