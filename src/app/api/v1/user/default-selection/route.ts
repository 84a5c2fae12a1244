import { defaultSelectionRequestSchema, type FirstSelection } from "@/contracts/model-selection";
import { firstSelection } from "@/domain/keys/first-selection/first-selection";
import { forgetDefaultSelection } from "@/domain/keys/first-selection/forget-default-selection";
import { rememberDefaultSelection } from "@/domain/keys/first-selection/remember-default-selection";
import { apiRoute, readJson } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";

const MAX_BODY_BYTES = 2 * 1024;

export const GET = apiRoute(async ({ user }): Promise<FirstSelection> => firstSelection(user));

export const PUT = apiRoute(async ({ request, user }) => {
  const selection = await readJson(request, defaultSelectionRequestSchema, { maxBytes: MAX_BODY_BYTES });
  await rememberDefaultSelection(user, selection);
  return { success: true };
});

export const DELETE = apiRoute(async ({ user }) => {
  await forgetDefaultSelection(user);
  return { success: true };
});

const refuse = refuseMethod("GET", "PUT", "DELETE");

export { refuse as PATCH, refuse as POST };
