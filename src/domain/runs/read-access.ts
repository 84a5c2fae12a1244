import "server-only";
import { z } from "zod";
import type { ModelSelection } from "@/contracts/model-selection";
import type { Project } from "@/contracts/projects";
import type { PersonalKey } from "@/domain/keys/find-paying-key";
import { isChosenKey } from "@/domain/keys/sources/stored/chosen-key";
import {
  STORED_KEY_COLUMNS,
  type StoredKeyRow,
  storedKeyOf,
} from "@/domain/keys/sources/stored/find-stored-key";
import { projectView } from "@/domain/projects/project-view";
import { hardLimitsApply } from "@/domain/spending/limits/limits-apply";
import { holderOfBearerToken, isGenuineSession, LIVING_SESSION, type TokenHolder } from "@/lib/auth/bearer";
import { grouped } from "@/lib/db/grouped";
import { runStatement } from "@/lib/db/run-statement";
import { oncePerProcess } from "@/lib/once-per-process";

/** Who asks with a message, and what there is of what it names. */
export interface Access {
  actor: TokenHolder;
  /** Null if there is none of that id, or it is another person's. */
  project: Project | null;
  /** The stored key that pays, if a stored one does and it is there. */
  storedKey: PersonalKey | null;
  /** Hard limits count for a request with the selection. */
  isLimited: boolean;
}

/**
 * Who asks, for which project and with which key: in one statement, which messages at the same time share.
 *
 * @param selection null: no key is looked for
 * @returns null without a valid token of a living session (userOfBearerToken)
 */
export async function readAccess(
  authorization: string | null,
  { projectId, selection }: { projectId: string; selection: ModelSelection | null },
): Promise<Access | null> {
  const holder = await holderOfBearerToken(authorization);
  if (!holder) return null;
  const row = await read.get()({
    ...holder,
    projectId: projectIdSchema.safeParse(projectId).success ? projectId : null,
    provider: selection?.payer === "person" ? selection.provider : null,
    keyId: selection?.keyId ?? null,
  });
  if (!row) return null;
  const session = { id: row.sessionId, token: row.token, userId: row.userId, mac: row.mac };
  if (!(await isGenuineSession(session))) return null;
  return {
    actor: holder,
    project:
      row.projectId === null
        ? null
        : projectView({
            id: row.projectId,
            name: row.projectName,
            createdAt: row.createdAt,
            updatedAt: row.updatedAt,
          }),
    storedKey: row.keyId === null ? null : storedKeyOf({ ...row, keyId: row.keyId }),
    isLimited: row.isLimited,
  };
}

/** What Postgres can compare. */
const projectIdSchema = z.guid();

interface Asked extends TokenHolder {
  projectId: string | null;
  provider: string | null;
  keyId: string | null;
}

/** Columns of a project or key are null without one. */
type AccessRow = Omit<StoredKeyRow, "keyId"> & {
  place: number;
  sessionId: string;
  token: string;
  userId: string;
  mac: string | null;
  projectId: string | null;
  projectName: string;
  createdAt: Date;
  updatedAt: Date;
  keyId: string | null;
  isLimited: boolean;
};

const READ = `select asked.place::int as place, s.id as "sessionId", s.token, s.user_id as "userId", s.mac,
    p.id as "projectId", p.name as "projectName", p.created_at as "createdAt", p.updated_at as "updatedAt",
    ${STORED_KEY_COLUMNS}, ${hardLimitsApply("u.id", "asked.provider is not null", "k.id")} as "isLimited"
  from unnest($1::text[], $2::text[], $3::uuid[], $4::text[], $5::uuid[]) with ordinality
    as asked (session_id, user_id, project_id, provider, key_id, place)
  ${LIVING_SESSION}
  left join projects p on p.id = asked.project_id and p.user_id = u.id
  left join user_ai_api_keys k on asked.provider is not null
    and ${isChosenKey("u.id", "asked.provider", "asked.key_id")}`;

const read = oncePerProcess("accessRead", () =>
  grouped(async (asked: Asked[]): Promise<(AccessRow | undefined)[]> => {
    const rows = await runStatement<AccessRow>(READ, [
      asked.map(({ sessionId }) => sessionId),
      asked.map(({ userId }) => userId),
      asked.map(({ projectId }) => projectId),
      asked.map(({ provider }) => provider),
      asked.map(({ keyId }) => keyId),
    ]);
    const byPlace = new Map(rows.map((row) => [row.place, row]));
    return asked.map((_, index) => byPlace.get(index + 1));
  }),
);
