import "server-only";
import { AppError } from "@/lib/app-error";
import { consumeLimit, type Limit } from "@/lib/rate-limiter";

/** Each may read as much as there is. */
const DOWNLOADS: Limit = {
  name: "download",
  points: 30,
  seconds: 60,
  sentence: "You have downloaded files very often in the last minute.",
};

/**
 * For routes that answer a file: makes sure that a page of ours asked, or the person themselves, and not too
 * often. Another site could have a browser fetch it, which takes work and may leave a record in the person's
 * name.
 *
 * @param userId whose downloads are counted; null at the command line
 * @throws AppError `forbidden_origin`, `rate_limited`
 */
export async function admitDownload(request: Request, userId: string | null): Promise<void> {
  const site = request.headers.get("sec-fetch-site");
  // "none" is an address that was typed. Programs that are no browser say nothing.
  if (site === "cross-site" || site === "same-site") {
    throw new AppError("forbidden_origin", "This request came from another site and was refused.");
  }
  if (userId !== null) await consumeLimit(DOWNLOADS, userId);
}
