import "server-only";
import type {
  ActivityQuery,
  ActivityResponse,
  AuditActor,
  AuditEntry,
  AuditEventEntry,
} from "@/contracts/audit-log";
import type { Actor } from "@/domain/identity/actor";
import { AppError } from "@/lib/app-error";
import { type AuditPlace, cursorOf, placeOf } from "./audit-window";
import { devicesOfSessions } from "./devices-of-sessions";
import { eventEntry, systemActor } from "./event-entry";
import { nameOwnThings } from "./name-things";
import { type OwnEvent, readOwnEvents } from "./read-own-events";
import { idIn } from "./shown-detail";
import { type SummedDays, sumKeyUses } from "./sum-key-uses";

/**
 * What was done with a person's things, the newest first: by them, by operators and by the server.
 *
 * @throws AppError `invalid_request` for a time zone that the database does not know
 */
export async function listActivity(actor: Actor, query: ActivityQuery): Promise<ActivityResponse> {
  const { limit, uses, group } = query;
  const before = query.cursor === undefined ? null : placeOf(query.cursor);
  const isSummed = uses === "summed" && (group === undefined || group === "uses");
  const events =
    isSummed && group === "uses"
      ? []
      : await readOwnEvents(actor, query, { withUses: !isSummed, before, limit: limit + 1 });
  // A page ends above the event that is one too many: days below it are not summed for nothing.
  const floor = events[limit]?.at ?? null;
  const summed = isSummed
    ? await sumKeyUses(actor, query, query.timeZone, before, floor).catch(toUnknownZone)
    : NOTHING;
  const page = pageOf(events, summed, limit);
  return { ...(await withNames(actor, page.taken)), next: page.next };
}

const NOTHING: SummedDays = { uses: [], more: null };

/** What Postgres answers for a name it has no time zone of. */
const INVALID_PARAMETER = "22023";

function toUnknownZone(error: unknown): never {
  for (let each: unknown = error; each instanceof Error; each = each.cause) {
    if ("code" in each && each.code === INVALID_PARAMETER) {
      throw new AppError("invalid_request", "This is not a time zone.", { cause: error });
    }
  }
  throw error;
}

interface Taken {
  entry: OwnEvent | AuditEntry;
  place: AuditPlace;
}

/**
 * The first entries of both lists in one order; a day's uses come after what else happened on it, together.
 */
function pageOf(
  events: readonly OwnEvent[],
  { uses, more }: SummedDays,
  limit: number,
): { taken: (OwnEvent | AuditEntry)[]; next: string | null } {
  // Below the last day that was looked at, uses may be missing.
  const shown = more === null ? events : events.filter((event) => event.at >= more);
  const all = [
    ...shown.map((event): Taken => ({ entry: event, place: event })),
    ...uses.map((each): Taken => ({ entry: each, place: { at: each.from, id: null } })),
  ].toSorted((a, b) => compare(b.place, a.place));
  const taken: Taken[] = [];
  for (const each of all) {
    const isSameDay = each.place.id === null && taken.at(-1)?.place.at === each.place.at;
    if (taken.length >= limit && !isSameDay) break;
    taken.push(each);
  }
  const last = taken.at(-1);
  const hasMore = taken.length < all.length || shown.length < events.length || more !== null;
  return {
    taken: taken.map(({ entry }) => entry),
    next: hasMore && last ? cursorOf(last.place) : null,
  };
}

/** Texts of one form sort as times do. */
function compare(a: AuditPlace, b: AuditPlace): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  const [first, second] = [a.id ?? "", b.id ?? ""];
  return first === second ? 0 : first < second ? -1 : 1;
}

async function withNames(
  actor: Actor,
  taken: readonly (OwnEvent | AuditEntry)[],
): Promise<Pick<ActivityResponse, "entries" | "things">> {
  const entries = taken.map((each): AuditEntry => {
    if ("kind" in each) return each;
    return eventEntry(each, actorOf(actor, each));
  });
  const events = entries.filter((entry) => entry.kind === "event");
  const ids = entries.flatMap((entry) => [
    ...(entry.objectId === null ? [] : [entry.objectId]),
    ...(entry.kind === "event" ? otherIdsOf(entry) : []),
  ]);
  const sessions = events.flatMap(({ session }) => (session ? [session.id] : []));
  const [things, devices] = await Promise.all([
    nameOwnThings(actor, [...new Set(ids)]),
    devicesOfSessions([...new Set(sessions)]),
  ]);
  for (const { session } of events) {
    if (!session) continue;
    session.device = devices.get(session.id) ?? null;
    session.isCurrent = session.id === actor.sessionId;
  }
  return { entries, things };
}

function otherIdsOf({ detail }: AuditEventEntry): string[] {
  const project = idIn(detail, "project");
  return [...(project === null ? [] : [project]), ...(Array.isArray(detail["rows"]) ? detail["rows"] : [])];
}

/** Another person's id is not told. */
function actorOf(actor: Actor, { actorId }: OwnEvent): AuditActor {
  if (actorId === actor.userId) return { kind: "me" };
  return systemActor(actorId) ?? { kind: "someone" };
}
