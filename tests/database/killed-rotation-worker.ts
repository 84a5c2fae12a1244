import { createInterface } from "node:readline";
import { Client } from "pg";
import { z } from "zod";

/**
 * A separate process that works on a rotation and kills itself (SIGKILL: nothing is cleaned up) at a chosen
 * statement, before it is sent or right after. It gets its instructions on stdin once everything is loaded,
 * so that startup costs no time then.
 */
const orderSchema = z.object({
  rotationId: z.uuid(),
  ring: z.string(),
  batchRows: z.number(),
  /** Number of the statement to die at; null counts them without dying. */
  dieAt: z.number().nullable(),
  /** Whether the fatal statement still reaches the database. */
  afterSending: z.boolean(),
});

const { runKeyRotation } = await import("@/domain/vault/rotation/run-key-rotation");
const { closeDatabase, databaseConnection } = await import("@/lib/db/client");
await databaseConnection();

let statements = 0;
let order: z.output<typeof orderSchema> | undefined;

// Not a stand-in: the statement goes to the real server, if this process lives long enough.
// oxlint-disable-next-line unbound-method -- called with its client below
const send = Client.prototype.query;
Client.prototype.query = function countAndDie(this: Client, ...args: unknown[]): unknown {
  statements += 1;
  const fatal = order?.dieAt === statements;
  if (fatal && !order?.afterSending) process.kill(process.pid, "SIGKILL");
  const answer: unknown = Reflect.apply(send, this, args);
  // The socket's write is in the kernel's hands after this turn of the loop.
  if (fatal) setImmediate(() => process.kill(process.pid, "SIGKILL"));
  return answer;
} as typeof send;

console.log("ready");
for await (const line of createInterface({ input: process.stdin })) {
  order = orderSchema.parse(JSON.parse(line));
  process.env["ENCRYPTION_KEYS"] = order.ring;
  statements = 0;
  const outcome = await runKeyRotation(order.rotationId, {
    worker: `process-${process.pid}`,
    batchRows: order.batchRows,
    threadFromRows: 0,
  });
  console.log(JSON.stringify({ outcome, statements }));
  break;
}
await closeDatabase();
process.exit();
