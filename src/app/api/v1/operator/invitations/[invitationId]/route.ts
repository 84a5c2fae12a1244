import { revokeInvitation } from "@/domain/people/invitations/revoke-invitation";
import { refuseMethod } from "@/lib/http/refuse-method";
import { operatorRoute } from "../../operator-route";

export const DELETE = operatorRoute<{ invitationId: string }>(async ({ actor, params }) => {
  await revokeInvitation(actor, params.invitationId);
  return { success: true };
});

const refuse = refuseMethod("DELETE");

export { refuse as GET, refuse as PATCH, refuse as POST, refuse as PUT };
