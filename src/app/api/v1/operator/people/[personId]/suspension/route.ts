import { suspendPerson } from "@/domain/people/suspend-person";
import { unsuspendPerson } from "@/domain/people/unsuspend-person";
import { refuseMethod } from "@/lib/http/refuse-method";
import { operatorRoute } from "../../../operator-route";

export const POST = operatorRoute<{ personId: string }>(async ({ actor, params }) => {
  await suspendPerson(actor, params.personId);
  return { success: true };
});

export const DELETE = operatorRoute<{ personId: string }>(async ({ actor, params }) => {
  await unsuspendPerson(actor, params.personId);
  return { success: true };
});

const refuse = refuseMethod("POST", "DELETE");

export { refuse as GET, refuse as PATCH, refuse as PUT };
