import { auth } from "@/lib/auth/auth";
import { answerAuthRequest } from "@/lib/auth/auth-route";

export const dynamic = "force-dynamic";

const handle = async (request: Request) => answerAuthRequest(request, await auth());

export { handle as GET, handle as POST };
