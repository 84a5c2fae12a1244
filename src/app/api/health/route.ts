import { checkDatabase } from "@/lib/db/check-database";
import { refuseMethod } from "@/lib/http/refuse-method";
import { logger } from "@/lib/logger";

export const dynamic = "force-dynamic";

/** Healthy means: the database answers. */
export async function GET(): Promise<Response> {
  const headers = { "cache-control": "no-store" };
  try {
    await checkDatabase();
    return Response.json({ status: "ok" }, { headers });
  } catch (error) {
    logger.error({ err: error }, "the database does not answer");
    const body = { error: "The database does not answer. Look at the server's log.", code: "unavailable" };
    return Response.json(body, { status: 503, headers });
  }
}

const refuse = refuseMethod("GET");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };
