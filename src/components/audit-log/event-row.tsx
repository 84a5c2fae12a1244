import type { AuditEventEntry } from "@/contracts/audit-log";
import { AuditRow } from "./audit-row";
import { sentenceOf } from "./audit-sentences";
import { type AuditThings, wordsOf } from "./audit-words";
import { EventDetails } from "./event-details";

/** An event as a sentence, with its ids behind it. */
export function EventRow({
  event,
  things,
  providers,
  only,
}: {
  event: AuditEventEntry;
  things: AuditThings;
  providers: ReadonlyMap<string, string>;
  only: { object?: (id: string) => void; actor?: (id: string) => void };
}) {
  const { at, session } = event;
  return (
    <AuditRow
      at={at}
      sentence={`${sentenceOf(wordsOf(event, things, providers))}.`}
      note={session ? deviceOf(session) : ""}
    >
      {() => <EventDetails event={event} things={things} only={only} />}
    </AuditRow>
  );
}

function deviceOf({ device, isCurrent }: { device: string | null; isCurrent: boolean }): string {
  if (device === null) return isCurrent ? "This session" : "";
  return isCurrent ? `${device}, this session` : device;
}
