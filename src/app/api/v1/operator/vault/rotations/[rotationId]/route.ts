import { keyRotationIdSchema } from "@/contracts/vault-requests";
import { cancelKeyRotation } from "@/domain/vault/rotation/cancel-key-rotation";
import { notFound } from "@/lib/app-error";
import { refuseMethod } from "@/lib/http/refuse-method";
import { operatorRoute } from "../../../operator-route";

export const DELETE = operatorRoute<{ rotationId: string }>(async ({ actor, params }) => {
  const id = keyRotationIdSchema.safeParse(params.rotationId);
  if (!id.success) throw notFound("running rotation");
  await cancelKeyRotation(actor, id.data);
  return { success: true };
});

const refuse = refuseMethod("DELETE");

export { refuse as GET, refuse as PATCH, refuse as POST, refuse as PUT };
