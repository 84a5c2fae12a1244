/** The zone of the person's browser, by which the server renders days and times. */
export const TIME_ZONE_COOKIE = "time-zone";
const ONE_YEAR_SECONDS = 60 * 60 * 24 * 365;

/** Browser only. */
export function keepTimeZone(timeZone: string): void {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${TIME_ZONE_COOKIE}=${encodeURIComponent(timeZone)}; Path=/; Max-Age=${ONE_YEAR_SECONDS}; SameSite=Lax${secure}`;
}
