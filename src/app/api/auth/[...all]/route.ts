import { auth } from "@/lib/auth/auth";
import { answerAuthRequest } from "@/lib/auth/auth-route";
import { refuseMethod } from "@/lib/http/refuse-method";

export const dynamic = "force-dynamic";

const handle = async (request: Request) => answerAuthRequest(request, await auth());

const refuse = refuseMethod("GET", "POST");

export { handle as GET, handle as POST, refuse as DELETE, refuse as PATCH, refuse as PUT };
