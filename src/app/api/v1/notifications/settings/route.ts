import {
  changeNotificationSettingSchema,
  type NotificationSettingsResponse,
} from "@/contracts/notifications";
import { changeSetting } from "@/domain/notifications/change-setting";
import { readSettings } from "@/domain/notifications/read-settings";
import { apiRoute, readJson } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";

export const GET = apiRoute(async ({ user }): Promise<NotificationSettingsResponse> => readSettings(user));

export const PUT = apiRoute(async ({ request, user }) => {
  await changeSetting(user, await readJson(request, changeNotificationSettingSchema, { maxBytes: 1024 }));
  return { success: true };
});

const refuse = refuseMethod("GET", "PUT");

export { refuse as DELETE, refuse as PATCH, refuse as POST };
