/**
 * The audit trail cannot take more events: the database has refused them for too long, or does so now at a shutdown. The
 * caller must not do what it wanted recorded. What was queued before is kept and tried again.
 */
export class AuditUnavailable extends Error {
  override readonly name = "AuditUnavailable";
  readonly code = "audit_unavailable";
  /** Events that wait to be written. */
  readonly waiting: number;

  constructor(waiting: number, options?: { cause?: unknown }) {
    super(
      `The audit trail cannot be written (${waiting} events wait); check the database and try again in a moment.`,
      options,
    );
    this.waiting = waiting;
  }
}

/** An event is not fit for the audit trail: a caller's mistake. The message names the rule, never the value. */
export class InvalidAuditEvent extends Error {
  override readonly name = "InvalidAuditEvent";
  readonly code = "audit_event_invalid";

  /** @param rule which rule is broken; a constant of this folder */
  constructor(rule: string) {
    super(`This audit event cannot be recorded: ${rule}.`);
  }
}

/**
 * The head of the chain does not fit its last record, so going on would hide a trace. Nothing is chained until an operator
 * has looked; events are still recorded.
 */
export class AuditChainBroken extends Error {
  override readonly name = "AuditChainBroken";
  readonly code = "audit_chain_broken";

  /** @param finding what does not fit; a constant of this folder */
  constructor(finding: string) {
    super(
      `The audit chain is not continued: ${finding}. Verify it, and see docs/decisions/0019-audit-chain.md.`,
    );
  }
}
