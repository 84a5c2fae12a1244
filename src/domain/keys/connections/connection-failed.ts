import type { ConnectionProblem } from "@/contracts/ai-connections";

/** An account was not connected, and nothing was saved. Contains no provider text. */
export class ConnectionFailed extends Error {
  override name = "ConnectionFailed";
  readonly code: ConnectionProblem;

  constructor(code: ConnectionProblem, options: { cause?: unknown } = {}) {
    super(code, options);
    this.code = code;
  }
}
