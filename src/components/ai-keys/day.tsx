import { useHydrated } from "@/components/auth/use-hydrated";

/**
 * "31 Dec 2026".
 *
 * @param day a calendar day, or the moment at whose end a key ends: in the reader's time zone, in UTC when
 *   rendered on the server
 */
export function Day({ day }: { day: string }) {
  const isHydrated = useHydrated();
  const isMoment = day.includes("T");
  const at = new Date(isMoment ? Date.parse(day) - 1 : Date.parse(day));
  const words = at.toLocaleDateString("en-GB", {
    dateStyle: "medium",
    ...(isMoment && isHydrated ? {} : { timeZone: "UTC" }),
  });
  return <time dateTime={day}>{words}</time>;
}
