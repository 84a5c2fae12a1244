/** Who acts. Every product operation takes one, so that authorisation cannot be forgotten by a caller. */
export interface Actor {
  readonly userId: string;
  /** The signed-in session they act in; absent where there is none. What is held for a session only is found by it. */
  readonly sessionId?: string;
}

/** A part of the server that acts on nobody's behalf; "operator" is somebody at the command line. */
export interface SystemActor {
  readonly system: "rotation" | "chain" | "vault" | "start" | "operator";
}
