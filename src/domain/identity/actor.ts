/** Who acts. Every product operation takes an actor, so that a caller cannot forget authorization. */
export interface Actor {
  readonly userId: string;
  /** The signed-in session; absent if there is none. Session-only data is looked up by it. */
  readonly sessionId?: string;
}

/** A part of the server that acts on its own; "operator" is a person at the command line. */
export interface SystemActor {
  readonly system:
    | "rotation"
    | "chain"
    | "vault"
    | "start"
    | "operator"
    | "delivery"
    | "tripwire"
    | "reconcile";
}
