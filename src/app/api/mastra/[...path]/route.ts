import { handle } from "hono/vercel";
import { agentServer } from "@/mastra/app";

export const dynamic = "force-dynamic";

const answer = handle(agentServer);

export { answer as DELETE, answer as GET, answer as PATCH, answer as POST, answer as PUT };
