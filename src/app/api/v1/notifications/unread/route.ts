import type { UnreadResponse } from "@/contracts/notifications";
import { countUnread } from "@/domain/notifications/count-unread";
import { apiRoute } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";

export const GET = apiRoute(
  async ({ user }): Promise<UnreadResponse> => ({ unread: await countUnread(user) }),
);

const refuse = refuseMethod("GET");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };
