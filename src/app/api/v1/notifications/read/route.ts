import { markAllReadRequestSchema, type UnreadResponse } from "@/contracts/notifications";
import { countUnread } from "@/domain/notifications/count-unread";
import { markAllRead } from "@/domain/notifications/mark-read";
import { apiRoute, readJson } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";

export const POST = apiRoute(async ({ request, user }): Promise<UnreadResponse> => {
  const { upTo } = await readJson(request, markAllReadRequestSchema, { maxBytes: 1024 });
  await markAllRead(user, upTo);
  return { unread: await countUnread(user) };
});

const refuse = refuseMethod("POST");

export { refuse as DELETE, refuse as GET, refuse as PATCH, refuse as PUT };
