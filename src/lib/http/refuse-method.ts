import "server-only";
import { AppError } from "@/lib/app-error";
import { errorResponse } from "./api-route";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * The handler for the methods a route does not support; without one Next answers with an empty body.
 *
 * @param allowed the supported methods, for the `allow` header (RFC 9110, 15.5.6)
 */
export function refuseMethod(...allowed: Method[]): () => Response {
  const headers = { allow: allowed.join(", ") };
  return () =>
    errorResponse(
      new AppError("method_not_allowed", `This address takes ${allowed.join(" and ")} only.`, { headers }),
    );
}
