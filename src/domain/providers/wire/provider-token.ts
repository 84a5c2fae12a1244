import type { KeyEcho } from "../transport/key-echo";

/** Ids and names as providers make them: "req_011CT…", "functions.readFile:0", "chatcmpl-…". */
const FORM = /^[\w.:-]{1,128}$/;

/**
 * The one rule for short texts that a provider made and that are kept or shown: request ids, ids of tool
 * calls, names of tools, finish reasons. Everything else a provider says under such a name is dropped, and so
 * is what repeats a part of the key.
 *
 * @returns null for what must not be passed on
 */
export function providerToken(text: unknown, echo: Pick<KeyEcho, "isIn">): string | null {
  return typeof text === "string" && FORM.test(text) && !echo.isIn(text) ? text : null;
}
