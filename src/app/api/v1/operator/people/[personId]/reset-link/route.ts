import { makeResetLink } from "@/domain/people/make-reset-link";
import { revokeResetLink } from "@/domain/people/revoke-reset-link";
import { refuseMethod } from "@/lib/http/refuse-method";
import { operatorRoute } from "../../../operator-route";

export const POST = operatorRoute<{ personId: string }>(({ actor, params }) =>
  makeResetLink(actor, params.personId),
);

export const DELETE = operatorRoute<{ personId: string }>(async ({ actor, params }) => {
  await revokeResetLink(actor, params.personId);
  return { success: true };
});

const refuse = refuseMethod("POST", "DELETE");

export { refuse as GET, refuse as PATCH, refuse as PUT };
