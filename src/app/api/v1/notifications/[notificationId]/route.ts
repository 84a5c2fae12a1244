import { z } from "zod";
import { markReadRequestSchema } from "@/contracts/notifications";
import { markRead } from "@/domain/notifications/mark-read";
import { notFound } from "@/lib/app-error";
import { apiRoute, readJson } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";

export const PATCH = apiRoute<{ notificationId: string }>(async ({ request, user, params }) => {
  const { success, data } = z.uuid().safeParse(params.notificationId);
  if (!success) throw notFound("notification");
  const { isRead } = await readJson(request, markReadRequestSchema, { maxBytes: 1024 });
  await markRead(user, data, isRead);
  return { success: true };
});

const refuse = refuseMethod("PATCH");

export { refuse as DELETE, refuse as GET, refuse as POST, refuse as PUT };
