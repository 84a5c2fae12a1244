import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import type { AccountLink, PeopleResponse } from "@/contracts/people";
import type { AuditVerification, VaultFinding, VaultStatus } from "@/contracts/vault";
import { LaunchError } from "../lib/launch-error";
import { personWithEmail } from "./person-with-email";
import type { VaultConsole } from "./vault-console";

const LOOK_EVERY_MS = 1_000;
const ANSWER_WITHIN_MS = 60_000;
/** Verifying an audit trail of millions of records takes long. */
const LONGEST_MS = 30 * 60_000;

export const controlFileSchema = z.object({ url: z.url(), token: z.string().min(1) });

const errorSchema = z.object({ error: z.string() });

/**
 * Sends commands to the server that has the embedded database open. Its answers are trusted: the file and
 * token are our own server's.
 */
export function serverConsole({ url, token }: z.output<typeof controlFileSchema>): VaultConsole {
  const ask = <Answer>(method: string, path: string, body?: unknown) =>
    askOperator<Answer>(method, `/vault${path}`, body);

  async function askOperator<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${url}/api/v1/operator${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      redirect: "error",
      signal: AbortSignal.timeout(path === "/vault/audit-verifications" ? LONGEST_MS : ANSWER_WITHIN_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      throw new LaunchError(
        "vault_unreachable",
        `The server at ${url} has the embedded database open and does not answer. Wait until it does, or stop it and run the command again.`,
        { cause },
      );
    });
    const answer: unknown = await response.json().catch(() => null);
    if (response.ok) return answer as Answer;
    const message = errorSchema.safeParse(answer).data?.error;
    throw new LaunchError("vault_refused", message ?? `The server at ${url} answered ${response.status}.`);
  }

  return {
    way: `through the server at ${url}`,
    status: () => ask<VaultStatus>("GET", ""),
    findings: async () => (await ask<{ findings: VaultFinding[] }>("GET", "/findings")).findings,
    rotate: (order) => ask("POST", "/rotations", order),
    async follow(id, onProgress) {
      for (;;) {
        const { history } = await ask<VaultStatus>("GET", "");
        const rotation = history.find((each) => each.id === id);
        if (!rotation) throw new LaunchError("vault_refused", "The rotation is no longer listed.");
        if (rotation.state !== "running") return rotation;
        onProgress(rotation);
        await wait(LOOK_EVERY_MS);
      }
    },
    cancel: (id) => ask("DELETE", `/rotations/${encodeURIComponent(id)}`),
    retire: (keyId) => ask("POST", "/retirements", { id: keyId }),
    verifyAudit: (expectedHead) =>
      ask<AuditVerification>("POST", "/audit-verifications", expectedHead ? { expectedHead } : {}),
    invite: (email) => askOperator<AccountLink>("POST", "/invitations", email ? { email } : {}),
    async resetLink(email) {
      const query = new URLSearchParams({ search: email });
      const { people: found } = await askOperator<PeopleResponse>("GET", `/people?${query}`);
      const { id } = personWithEmail(found, email);
      return askOperator<AccountLink>("POST", `/people/${encodeURIComponent(id)}/reset-link`);
    },
    acceptAuditHead: async () => {
      throw new LaunchError(
        "vault_refused",
        "A running server does not accept another end of its audit trail. Stop it, run the command again, and start it.",
      );
    },
    // The server has no route for it.
    record: async () => false,
    close: async () => undefined,
  };
}
