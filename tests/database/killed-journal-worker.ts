import { queueAuditEvent } from "@/domain/vault/audit/audit-queue";

/** A separate process that records openings, and is killed in the same turn of its loop. */
const count = Number(process.env["EVENTS"]);
for (let index = 0; index < count; index += 1) {
  queueAuditEvent({
    actor: { userId: "ada" },
    action: "value.opened",
    objectId: `object-${index}`,
    detail: { provider: "anthropic", index },
  });
}
process.kill(process.pid, "SIGKILL");
