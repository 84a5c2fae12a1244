import { suggestTitle } from "@/domain/runs/suggest-title";
import { apiRoute } from "@/lib/http/api-route";
import { hangUpSignal } from "@/lib/http/hang-up-signal";
import { refuseMethod } from "@/lib/http/refuse-method";

type Params = { projectId: string; threadId: string };

export const POST = apiRoute<Params>(({ request, user, params }) =>
  suggestTitle(user, params.projectId, params.threadId, hangUpSignal(request)),
);

const refuse = refuseMethod("POST");

export { refuse as DELETE, refuse as GET, refuse as PATCH, refuse as PUT };
