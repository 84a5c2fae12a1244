import { z } from "zod";
import type { VaultFinding } from "./vault";

export const keyRotationIdSchema = z.uuid("A rotation's id is a UUID.");

/** End of the audit trail as recorded elsewhere: the number of its last record and that record's MAC. */
export const auditHeadSchema = z.strictObject(
  {
    seq: z
      .number({ error: "The number of a record is a whole number from 1 on." })
      .int({ error: "The number of a record is a whole number from 1 on." })
      .min(1, { error: "The number of a record is a whole number from 1 on." }),
    mac: z
      .string({ error: "The MAC of a record has 64 hexadecimal digits." })
      .regex(/^[0-9a-f]{64}$/, { error: "The MAC of a record has 64 hexadecimal digits." }),
  },
  { error: "The noted end of the audit trail has the fields seq and mac." },
);

export const verifyAuditRequestSchema = z.strictObject({ expectedHead: auditHeadSchema.optional() });

export interface VaultFindingsResponse {
  findings: VaultFinding[];
}
