import { retireKeyEncryptionKeySchema } from "@/contracts/vault";
import { retireKeyEncryptionKey } from "@/domain/vault/rotation/retire-key-encryption-key";
import { readJson } from "@/lib/http/api-route";
import { refuseMethod } from "@/lib/http/refuse-method";
import { operatorRoute } from "../../operator-route";

export const POST = operatorRoute(async ({ request, actor }) => {
  const { id } = await readJson(request, retireKeyEncryptionKeySchema.strict(), { maxBytes: 8 * 1024 });
  await retireKeyEncryptionKey(actor, id);
  return { success: true };
});

const refuse = refuseMethod("POST");

export { refuse as DELETE, refuse as GET, refuse as PATCH, refuse as PUT };
