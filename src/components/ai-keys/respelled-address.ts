/**
 * The address that a person meant whose spelling was refused: without a query, and with the scheme that was
 * left out. Whether it may be used is for the server to say.
 *
 * @param typed as the person typed it
 * @returns null if nothing about its spelling is obvious
 */
export function respelledAddress(typed: string): string | null {
  const [bare = ""] = typed.trim().split(/[?#]/);
  const lacksScheme = /^[a-z\d][\w.-]*(:\d{1,5})?(\/|$)/i.test(bare) && /[.:]|^localhost\b/i.test(bare);
  const isHere = /^(localhost|[\d.]+)([:/]|$)/i.test(bare);
  const meant = (lacksScheme ? `${isHere ? "http" : "https"}://${bare}` : bare)
    .replace(/(\/chat)?\/completions\/*$/i, "")
    .replace(/\/+$/, "");
  return meant === typed.trim() || !/^https?:\/\/[^/@\s]+(\/|$)/i.test(meant) ? null : meant;
}
