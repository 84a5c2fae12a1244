import "server-only";
import type { AuditMacKeys } from "../audit/chain-audit-events";
import { currentSystemDataKey, findSystemDataKey, holdDataKey } from "./system-data-key";

/** Changing it makes every existing MAC unverifiable. */
const LABEL = "orchestral audit chain";

/**
 * The keys of the audit chain's MACs: each derived from a data key of the system, so that they rotate with
 * the others.
 */
export const auditMacKeys: AuditMacKeys = {
  async current() {
    const dataKey = await currentSystemDataKey();
    return { id: dataKey.id, key: dataKey.derive(LABEL) };
  },

  hold: holdDataKey,

  async find(id) {
    return (await findSystemDataKey(id))?.derive(LABEL) ?? null;
  },
};
