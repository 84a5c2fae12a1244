import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import type { AuditEventEntry } from "@/contracts/audit-log";
import { wholeTimeOf } from "./audit-days";
import type { AuditThings } from "./audit-words";

/**
 * Everything a record holds: ids and counts.
 *
 * @param only filters the log by what is chosen, where it can be
 */
export function EventDetails({
  event,
  things,
  only,
}: {
  event: AuditEventEntry;
  things: AuditThings;
  only: { object?: (id: string) => void; actor?: (id: string) => void };
}) {
  const { at, action, actor, objectId, detail, session, seq, mac, id } = event;
  const actorId = "id" in actor ? actor.id : null;
  const { object: onlyObject, actor: onlyActor } = only;
  return (
    <div className="grid gap-3 text-sm">
      <dl className="grid gap-x-4 gap-y-1 sm:grid-cols-[8rem_minmax(0,1fr)]">
        <Fact name="When">{wholeTimeOf(at)}</Fact>
        <Fact name="Action" isCode>
          {action}
        </Fact>
        {actor.kind === "account" ? <Fact name="By">{`${actor.name} (${actor.email})`}</Fact> : null}
        {actorId ? (
          <Fact name="Actor" isCode>
            {actorId}
          </Fact>
        ) : null}
        {objectId ? (
          <Fact name="Object" isCode>
            {objectId}
          </Fact>
        ) : null}
        {session ? (
          <Fact name="Device">
            {`${session.device ?? "Not known"}${session.isCurrent ? ", this session" : ""}`}
          </Fact>
        ) : null}
        {Object.entries(detail).map(([name, value]) => (
          <Fact key={name} name={name} isCode>
            {shown(value, things)}
          </Fact>
        ))}
        <Fact name="Record" isCode>
          {id}
        </Fact>
        <Fact name="Place" isCode={seq !== null}>
          {seq === null ? "Gets its place in the chain within seconds" : `${seq}:${mac}`}
        </Fact>
      </dl>
      <div className="flex flex-wrap gap-2">
        {objectId && onlyObject ? (
          <Button size="sm" onClick={() => onlyObject(objectId)}>
            Only this object
          </Button>
        ) : null}
        {actorId && onlyActor ? (
          <Button size="sm" onClick={() => onlyActor(actorId)}>
            Only this actor
          </Button>
        ) : null}
      </div>
    </div>
  );
}

/** At most this many ids of a record of many: a batch has up to a thousand. */
const IDS_SHOWN = 20;

function shown(value: AuditEventEntry["detail"][string], things: AuditThings): string {
  if (!Array.isArray(value)) return String(value);
  const first = value.slice(0, IDS_SHOWN).map((id) => {
    const thing = things[id];
    return thing?.kind === "key" && thing.label !== "" ? `${id} (${thing.label})` : id;
  });
  return value.length > IDS_SHOWN
    ? `${first.join(", ")}, and ${value.length - IDS_SHOWN} more`
    : first.join(", ") || "none";
}

function Fact({ name, isCode = false, children }: { name: string; isCode?: boolean; children: ReactNode }) {
  return (
    <>
      <dt className="text-text-muted">{name}</dt>
      <dd className={isCode ? "font-mono text-xs leading-5 break-all" : "wrap-anywhere"}>{children}</dd>
    </>
  );
}
