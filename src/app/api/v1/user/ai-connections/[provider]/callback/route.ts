import { ConnectionFailed } from "@/domain/keys/connections/connection-failed";
import { finishConnection } from "@/domain/keys/connections/finish-connection";
import { AppError } from "@/lib/app-error";
import { pageRoute } from "@/lib/http/page-route";
import { refuseMethod } from "@/lib/http/refuse-method";
import { logger } from "@/lib/logger";

/** Where a provider sends the person back to: a browser navigation, so it always ends on a page. */
export const GET = pageRoute<{ provider: string }>(async ({ url, user, params: { provider } }) => {
  if (!user) return "/sign-in?next=%2Fsettings";
  try {
    await finishConnection(user, provider, {
      state: url.searchParams.get("state"),
      code: url.searchParams.get("code"),
    });
    return `/settings?${new URLSearchParams({ connected: provider })}#keys`;
  } catch (error) {
    if (error instanceof AppError) return "/settings#keys";
    if (!(error instanceof ConnectionFailed)) throw error;
    logger.warn({ err: error.cause, provider, problem: error.code }, "an account was not connected");
    return `/settings?${new URLSearchParams({ connecting: provider, problem: error.code })}#keys`;
  }
});

const refuse = refuseMethod("GET");

export { refuse as DELETE, refuse as PATCH, refuse as POST, refuse as PUT };
