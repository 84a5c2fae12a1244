import { startKeyRotationSchema } from "@/contracts/vault";
import { orderKeyRotation } from "@/domain/vault/rotation/rotation-jobs";
import { readJson } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";
import { operatorRoute } from "../../operator-route";

export const POST = operatorRoute(async ({ request, actor }) =>
  orderKeyRotation(actor, await readJson(request, startKeyRotationSchema.strict(), { maxBytes: 8 * 1024 })),
);

const refuse = refuseMethod("POST");

export { refuse as DELETE, refuse as GET, refuse as PATCH, refuse as PUT };
