import { useEffect, useState, useSyncExternalStore } from "react";
import type { CheckedLink } from "@/contracts/people";
import { AuthRefusal, callAuth } from "./call-auth";

/** What is known of the one-time link in this page's address. */
export type LinkState =
  | { kind: "checking" }
  | { kind: "none" }
  | { kind: "invalid"; sentence: string }
  | { kind: "valid"; token: string; link: CheckedLink };

const FRAGMENTS = { invitation: "invitation", password_reset: "token" } as const;

function subscribe(changed: () => void): () => void {
  window.addEventListener("hashchange", changed);
  return () => window.removeEventListener("hashchange", changed);
}

/**
 * Reads a link's token from the fragment, which the browser sends to no server, and asks whether it can be
 * used.
 */
export function useLink(kind: keyof typeof FRAGMENTS): LinkState {
  const hash = useSyncExternalStore<string | null>(
    subscribe,
    () => window.location.hash,
    () => null,
  );
  const token = hash === null ? null : new URLSearchParams(hash.slice(1)).get(FRAGMENTS[kind]);
  const [answer, setAnswer] = useState<{ token: string; state: LinkState } | null>(null);

  useEffect(() => {
    if (!token) return undefined;
    let current = true;
    callAuth<CheckedLink>("check-link", { kind, token })
      .then((link): LinkState => ({ kind: "valid", token, link }))
      .catch((error: unknown): LinkState => {
        if (!(error instanceof AuthRefusal)) throw error;
        return { kind: "invalid", sentence: error.message };
      })
      .then((state) => (current ? setAnswer({ token, state }) : undefined))
      .catch((error: unknown) => reportError(error));
    return () => {
      current = false;
    };
  }, [kind, token]);

  if (hash === null) return { kind: "checking" };
  if (!token) return { kind: "none" };
  return answer?.token === token ? answer.state : { kind: "checking" };
}
