import { AppError } from "@/lib/app-error";
import { errorResponse } from "@/lib/http/api-route";

/**
 * Catch-all for unknown API routes. A program that calls a wrong address gets an error it can parse, not a
 * web page.
 */
const answer = () => errorResponse(new AppError("not_found", "There is nothing at this address."));

export { answer as DELETE, answer as GET, answer as PATCH, answer as POST, answer as PUT };
