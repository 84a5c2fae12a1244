import { AppError } from "@/lib/app-error";
import { userOfBearerToken } from "@/lib/auth/bearer";

/** Who asks. @throws AppError `unauthorized` */
export async function requireBearer(request: Request): Promise<{ userId: string; sessionId: string }> {
  const actor = await userOfBearerToken(request.headers.get("authorization"));
  if (!actor) throw new AppError("unauthorized", "You are signed out. Sign in and try again.");
  return actor;
}
