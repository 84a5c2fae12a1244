import "server-only";
import { type SignedInUser, userOfHeaders } from "@/lib/auth/current-user";
import { errorResponse } from "./api-route";

/**
 * Wraps a route handler that a browser navigates to, coming back from another site: it does one thing and
 * redirects to a page.
 *
 * @param handle returns the path of that page; `user` is null if the person is not signed in
 */
export function pageRoute<Params>(
  handle: (call: { url: URL; user: SignedInUser | null; params: Params }) => Promise<`/${string}`>,
): (request: Request, context: { params: Promise<Params> }) => Promise<Response> {
  return async (request, context) => {
    try {
      const user = await userOfHeaders(request.headers);
      const location = await handle({ url: new URL(request.url), user, params: await context.params });
      // 303: the browser loads the page with GET, and going back does not repeat this.
      return new Response(null, { status: 303, headers: { location, "cache-control": "no-store" } });
    } catch (error) {
      return errorResponse(error);
    }
  };
}
