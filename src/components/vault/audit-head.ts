interface AuditHead {
  seq: number;
  mac: string;
}

/** An end of the audit trail as one line to note down: the number of the last record, a colon, its MAC. */
export function writeAuditHead({ seq, mac }: AuditHead): string {
  return `${seq}:${mac}`;
}

/** Parses a noted audit head, ignoring spaces from copying. @returns null if invalid */
export function readAuditHead(text: string): AuditHead | null {
  const [, seq = "", mac = ""] =
    /^(\d{1,15}):([0-9a-f]{64})$/.exec(text.replaceAll(/\s/g, "").toLowerCase()) ?? [];
  return Number(seq) >= 1 ? { seq: Number(seq), mac } : null;
}
