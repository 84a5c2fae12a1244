import { useEffect, useState } from "react";

/** What pages of this tab have shown. */
const shown = new WeakSet<object>();

/**
 * Whether what the server rendered is shown for the first time, and is therefore newer than what this tab has
 * loaded before. On Back the router shows a page as it was rendered then: what was loaded since is newer.
 * Without a clock, which could differ from the server's, or between rendering and hydration.
 *
 * @param rendered a property of the page, as the server passed it
 */
export function useIsFirstShowing(rendered: object): boolean {
  const [asked, setAsked] = useState(() => ({ rendered, isFirst: !shown.has(rendered) }));
  const current = asked.rendered === rendered ? asked : { rendered, isFirst: !shown.has(rendered) };
  if (current !== asked) setAsked(current);
  useEffect(() => void shown.add(rendered), [rendered]);
  return current.isFirst;
}
