/**
 * The audit trail cannot accept more events: the database has refused them for too long, or refuses them
 * during shutdown. The caller must not perform the action it wanted to record. Events already queued are kept
 * and retried.
 */
export class AuditUnavailable extends Error {
  override readonly name = "AuditUnavailable";
  readonly code = "audit_unavailable";
  /** Events waiting to be written. */
  readonly waiting: number;

  constructor(waiting: number, options?: { cause?: unknown }) {
    super(
      `The audit trail cannot be written (${waiting} events wait); check the database and try again in a moment.`,
      options,
    );
    this.waiting = waiting;
  }
}

/**
 * An event is not valid for the audit trail: a bug in the caller. The message names the rule, never the
 * value.
 */
export class InvalidAuditEvent extends Error {
  override readonly name = "InvalidAuditEvent";
  readonly code = "audit_event_invalid";

  /** @param rule which rule is broken; a constant of this folder */
  constructor(rule: string) {
    super(`This audit event cannot be recorded: ${rule}.`);
  }
}

/**
 * The head of the chain does not match its last record, so continuing would hide evidence. Nothing is chained
 * until an operator has investigated; events are still recorded.
 */
export class AuditChainBroken extends Error {
  override readonly name = "AuditChainBroken";
  readonly code = "audit_chain_broken";
  /** What does not match. */
  readonly finding: string;

  /**
   * @param finding what does not match; a constant of this folder, with numbers of records and our
   * own file
   */
  constructor(finding: string) {
    super(
      `The audit chain is not continued: ${finding}. Verify it, and see docs/decisions/0019-audit-chain.md.`,
    );
    this.finding = finding;
  }
}
