import type { Actor, SystemActor } from "@/domain/identity/actor";
import { isControlToken } from "@/domain/vault/control-channel";
import { requireOperator } from "@/domain/vault/require-operator";
import { apiRoute, errorResponse } from "@/lib/http/api-route";

type Call<Params> = {
  request: Request;
  url: URL;
  params: Params;
  /** The operator at the page, or the one using the command line on this machine. */
  actor: Actor | SystemActor;
};

/** A route for operators only: everybody else gets the response of a page that does not exist. */
export function operatorRoute<Params = Record<string, never>>(
  handle: (call: Call<Params>) => Promise<unknown>,
): (request: Request, context: { params: Promise<Params> }) => Promise<Response> {
  const forPeople = apiRoute<Params>(async ({ request, url, params, user }) => {
    const actor = { userId: user.userId };
    await requireOperator(actor);
    return handle({ request, url, params, actor });
  });
  return async (request, context) => {
    if (!isControlToken(request.headers.get("authorization"))) return forPeople(request, context);
    try {
      const params = await context.params;
      const answer = await handle({
        request,
        url: new URL(request.url),
        params,
        actor: { system: "operator" },
      });
      if (answer instanceof Response) return answer;
      return Response.json(answer, { headers: { "cache-control": "no-store" } });
    } catch (error) {
      return errorResponse(error);
    }
  };
}
