import "server-only";
import { eq, sql } from "drizzle-orm";
import { openValue } from "@/domain/vault/sealing/open-value";
import { WEBHOOK_SECRETS } from "@/domain/vault/sealing/sealed-columns";
import { database } from "@/lib/db/client";
import { dataKeysTable, webhooksTable } from "@/lib/db/schema";

/** Opens the signing secret of a webhook, for one request. @returns null if the webhook is gone */
export async function openWebhookSecret(
  webhookId: string,
): Promise<{ secret: string; address: string } | null> {
  const { id, sealOwner, secret, address } = webhooksTable;
  const { id: dataKeyId, ownerKind, ownerId, wrapped } = dataKeysTable;
  const db = await database();
  const [row] = await db
    .select({
      owner: sealOwner,
      sealed: secret,
      address,
      dataKey: { id: dataKeyId, ownerKind, ownerId, wrapped },
    })
    .from(webhooksTable)
    .leftJoin(dataKeysTable, eq(dataKeyId, sql`split_part(${secret}, '.', 2)`))
    .where(eq(id, webhookId));
  if (!row) return null;
  const value = {
    id: webhookId,
    owner: row.owner,
    purpose: webhookId,
    sealed: row.sealed,
    dataKey: row.dataKey,
  };
  const opened = await openValue(WEBHOOK_SECRETS, value, {
    actor: { system: "delivery" },
    purpose: "deliver",
  });
  return { secret: opened, address: row.address };
}
