/** A session of the person, without its token. */
export interface Device {
  id: string;
  /** ISO dates. */
  signedInAt: string;
  lastSeenAt: string;
  userAgent: string | null;
  address: string | null;
}

/** Whether it is a phone, for the icon next to the name. */
export function isPhone(userAgent: string | null): boolean {
  return /iPhone|Android.*Mobile/.test(userAgent ?? "");
}
