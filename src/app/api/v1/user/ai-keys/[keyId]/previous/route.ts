import { deletePreviousSecret, switchToPreviousSecret } from "@/domain/keys/previous-secret";
import { apiRoute } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";
import { type KeyParams, keyIdOf } from "../../key-route";

/** Switches back to the previous secret. */
export const POST = apiRoute<KeyParams>(async ({ user, params }) => {
  await switchToPreviousSecret(user, keyIdOf(params));
  return { success: true };
});

export const DELETE = apiRoute<KeyParams>(async ({ user, params }) => {
  await deletePreviousSecret(user, keyIdOf(params));
  return { success: true };
});

const refuse = refuseMethod("POST", "DELETE");

export { refuse as GET, refuse as PATCH, refuse as PUT };
