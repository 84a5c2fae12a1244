import { requireOperator } from "@/domain/operators/require-operator";
import { apiRoute } from "@/lib/http/api-route";

type Handler<Params> = Parameters<typeof apiRoute<Params>>[0];

/** A route for operators alone: everybody else gets the answer of a page that does not exist. */
export function operatorRoute<Params = Record<string, never>>(handle: Handler<Params>) {
  return apiRoute<Params>(async (call) => {
    await requireOperator({ userId: call.user.userId });
    return handle(call);
  });
}
