import { type SubmitEvent, useId, useRef, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Dialog, DialogBody, DialogFooter } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { RadioCard, RadioGroup } from "@/components/ui/radio-group";
import { Select } from "@/components/ui/select";
import type { AiKeySummary, ChangeAiKeyRequest, TripwireAction } from "@/contracts/ai-keys";
import { KEY_DATE_MAX_YEARS } from "@/contracts/limits";
import { changeKey } from "./ai-key-calls";
import { endOfDay, lastDayOf, laterDay, today } from "./key-days";
import { MaskedKey } from "./masked-key";

/** Until when a key may be used, when to replace it, and what happens when it is used in an unusual way. */
export function KeySafetyDialog({
  aiKey,
  close,
  onSaved,
}: {
  aiKey: AiKeySummary;
  close: () => void;
  onSaved: () => void;
}) {
  return (
    <Dialog
      open
      onClose={close}
      title="Dates and safety"
      description={
        <>
          “{aiKey.label}” <MaskedKey last4={aiKey.last4} />
        </>
      }
      className="max-w-md"
    >
      <SafetyForm {...{ aiKey, close, onSaved }} />
    </Dialog>
  );
}

const REMINDERS: [days: number, words: string][] = [
  [30, "After 30 days"],
  [60, "After 60 days"],
  [90, "After 90 days"],
  [180, "After 180 days"],
  [365, "After a year"],
];

const TRIPWIRES: [action: TripwireAction, label: string, description: string][] = [
  ["tell", "Tell me", "The key goes on working."],
  ["pause", "Pause it and tell me", "Nothing is sent with it until you resume or replace it."],
  ["off", "Nothing", "Its use is not watched."],
];

const HALF_TYPED = "This is not a whole date.";

/** The browser gives such a field as empty, which would take the date away. */
function isHalfTyped(field: HTMLInputElement | null): boolean {
  return field?.validity.badInput ?? false;
}

function SafetyForm({ aiKey, close, onSaved }: Parameters<typeof KeySafetyDialog>[0]) {
  const id = useId();
  const before = { lastDay: lastDayOf(aiKey.expiresAt), madeOn: aiKey.madeOn ?? "" };
  const [lastDay, setLastDay] = useState(before.lastDay);
  const [madeOn, setMadeOn] = useState(before.madeOn);
  const [reminder, setReminder] = useState(String(aiKey.rotateAfterDays ?? ""));
  const [tripwire, setTripwire] = useState(aiKey.tripwire);
  const [problems, setProblems] = useState<{ end?: string; made?: string }>({});
  const end = useRef<HTMLInputElement>(null);
  const made = useRef<HTMLInputElement>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [pending, setPending] = useState(false);

  async function save(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    if (pending) return;
    const found = {
      ...(isHalfTyped(end.current) ? { end: HALF_TYPED } : {}),
      ...(lastDay !== before.lastDay && lastDay !== "" && lastDay < today()
        ? { end: "This day is over. To stop the key now, switch it off." }
        : {}),
      ...(isHalfTyped(made.current) ? { made: HALF_TYPED } : {}),
      ...(madeOn > today() ? { made: "This day is still to come." } : {}),
    };
    setProblems(found);
    const first = found.end ? end : found.made ? made : null;
    if (first) {
      first.current?.focus();
      return;
    }
    const change: ChangeAiKeyRequest = {
      ...(lastDay === before.lastDay ? {} : { expiresAt: lastDay === "" ? null : endOfDay(lastDay) }),
      ...(madeOn === before.madeOn ? {} : { madeOn: madeOn === "" ? null : madeOn }),
      ...(Number(reminder) === (aiKey.rotateAfterDays ?? 0)
        ? {}
        : { rotateAfterDays: reminder === "" ? null : Number(reminder) }),
      ...(tripwire === aiKey.tripwire ? {} : { tripwire }),
    };
    setPending(true);
    setFailure(null);
    try {
      if (Object.keys(change).length > 0) await changeKey(aiKey.id, change);
      onSaved();
      close();
    } catch (error) {
      setFailure(error instanceof Error ? error.message : "That did not work. Try again.");
      setPending(false);
    }
  }

  const known = REMINDERS.some(([days]) => days === aiKey.rotateAfterDays);
  const setEnd = (day: string) => {
    setLastDay(day);
    setProblems({});
  };
  return (
    <form onSubmit={(event) => void save(event)} noValidate className="contents">
      <DialogBody className="grid gap-5">
        <div className="grid gap-2">
          <Field
            id={`${id}-end`}
            label="Last day"
            hint="From the next day on nothing is sent with it. It is never deleted by itself."
            error={problems.end}
          >
            {(control) => (
              <Input
                {...control}
                ref={end}
                type="date"
                min={today()}
                max={laterDay("", KEY_DATE_MAX_YEARS * 365)}
                value={lastDay}
                onChange={(event) => setEnd(event.target.value)}
              />
            )}
          </Field>
          <div className="flex flex-wrap gap-2">
            <Button size="sm" onClick={() => setEnd(laterDay(lastDay, 30))}>
              +30 days
            </Button>
            <Button size="sm" onClick={() => setEnd(laterDay(lastDay, 90))}>
              +90 days
            </Button>
            <Button size="sm" disabled={lastDay === ""} onClick={() => setEnd("")}>
              No last day
            </Button>
          </div>
        </div>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field id={`${id}-made`} label="Made on" error={problems.made}>
            {(control) => (
              <Input
                {...control}
                ref={made}
                type="date"
                max={today()}
                value={madeOn}
                onChange={(event) => setMadeOn(event.target.value)}
              />
            )}
          </Field>
          <Field id={`${id}-reminder`} label="Remind me to replace it">
            {(control) => (
              <Select {...control} value={reminder} onChange={(event) => setReminder(event.target.value)}>
                <option value="">Never</option>
                {!known && aiKey.rotateAfterDays !== null ? (
                  <option value={aiKey.rotateAfterDays}>After {aiKey.rotateAfterDays} days</option>
                ) : null}
                {REMINDERS.map(([days, words]) => (
                  <option key={days} value={days}>
                    {words}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </div>
        <fieldset className="grid gap-2">
          <legend className="text-sm font-medium">If it is used in an unusual way</legend>
          <p id={`${id}-unusual`} className="text-sm text-text-muted">
            An hour that costs more than $5 and more than six times its busiest hour of two weeks, a burst on
            a much dearer model, or many refusals without an answer.
          </p>
          <RadioGroup
            aria-label="If it is used in an unusual way"
            aria-describedby={`${id}-unusual`}
            value={tripwire}
            onValueChange={(value) => setTripwire(value as TripwireAction)}
          >
            {TRIPWIRES.map(([action, label, description]) => (
              <RadioCard key={action} value={action} label={label} description={description} />
            ))}
          </RadioGroup>
        </fieldset>
        {failure ? <Alert variant="danger">{failure}</Alert> : null}
      </DialogBody>
      <DialogFooter>
        <Button onClick={close}>Cancel</Button>
        <Button type="submit" variant="primary" pending={pending}>
          Save
        </Button>
      </DialogFooter>
    </form>
  );
}
