import "server-only";
import { oncePerProcess } from "@/lib/once-per-process";

/** What happened to an account, for the audit trail: opaque ids, and names of our own lists. */
export type AccountEvent =
  | { kind: "created"; userId: string; how: "email" | "social"; invited: boolean }
  | { kind: "deleted"; userId: string }
  /** `device` is one of a short list of names (contracts/device-name.ts), never the header itself. */
  | { kind: "signed_in"; userId: string; sessionId: string; device: string }
  | { kind: "sign_in_failed"; userId: string }
  | { kind: "session_ended"; userId: string; sessionId: string }
  | { kind: "password_changed"; userId: string }
  | { kind: "password_reset"; userId: string; linkId: string };

type Listener = (event: AccountEvent) => void;

const listeners = oncePerProcess("accountEvents", () => new Set<Listener>());

export function onAccountEvent(listener: Listener): void {
  listeners.get().add(listener);
}

export function tellAccountEvent(event: AccountEvent): void {
  for (const listener of listeners.get()) listener(event);
}
