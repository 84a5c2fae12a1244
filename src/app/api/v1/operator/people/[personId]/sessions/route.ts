import { endPersonSessions } from "@/domain/people/end-person-sessions";
import { refuseMethod } from "@/lib/http/refuse-method";
import { operatorRoute } from "../../../operator-route";

export const DELETE = operatorRoute<{ personId: string }>(({ actor, params }) =>
  endPersonSessions(actor, params.personId),
);

const refuse = refuseMethod("DELETE");

export { refuse as GET, refuse as PATCH, refuse as POST, refuse as PUT };
