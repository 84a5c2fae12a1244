import { type InvitationsResponse, inviteRequestSchema } from "@/contracts/people";
import { listInvitations } from "@/domain/people/invitations/list-invitations";
import { makeInvitation } from "@/domain/people/invitations/make-invitation";
import { readJson } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";
import { operatorRoute } from "../operator-route";

export const GET = operatorRoute((): Promise<InvitationsResponse> => listInvitations());

export const POST = operatorRoute(async ({ request, actor }) =>
  makeInvitation(actor, await readJson(request, inviteRequestSchema, { maxBytes: 4 * 1024 })),
);

const refuse = refuseMethod("GET", "POST");

export { refuse as DELETE, refuse as PATCH, refuse as PUT };
