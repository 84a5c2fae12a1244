import { askForMore } from "@/domain/spending/limits/ask-for-more";
import { apiRoute } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";
import { type LimitParams, limitIdOf } from "../../limit-route";

export const POST = apiRoute<LimitParams>(async ({ user, params }) => {
  await askForMore(user, limitIdOf(params));
  return { success: true };
});

const refuse = refuseMethod("POST");

export { refuse as DELETE, refuse as GET, refuse as PATCH, refuse as PUT };
