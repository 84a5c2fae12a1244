import { type ReactNode, type SubmitEvent, useId, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Dialog, DialogBody, DialogFooter } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { limitInWords } from "@/contracts/limit-words";
import type { LimitMeasure, LimitPeriod, LimitView } from "@/contracts/spending-limits";
import { scopeWords } from "./limit-words";
import { parseAmount, typedAmount } from "./parse-amount";

/** What a limit may count: as its value in the form, and as the server takes it. */
export interface ScopeChoice {
  value: string;
  label: string;
  scope: { kind: "installation" | "each_person" | "person" | "key"; id?: string };
}

/** As the routes take it: all of it for a new limit, without scope, measure and period for a change. */
export type LimitDraft = Record<string, unknown>;

const MEASURES: Record<LimitMeasure, string> = {
  micro_usd: "US dollars",
  tokens: "Tokens",
  requests: "Requests",
  parallel: "Requests at the same time",
};
const PERIODS: Record<Exclude<LimitPeriod, "total">, string> = {
  minute: "a minute",
  day: "a day",
  week: "a week",
  month: "a month",
};
const WEEK_STARTS: [number, string][] = [
  [1, "Monday"],
  [7, "Sunday"],
  [6, "Saturday"],
];

/** Makes a limit, or changes what one allows. What it counts, and in which time, stays. */
export function LimitForm({
  limit,
  scopes,
  extra,
  onClose,
  onSave,
}: {
  /** Null for a new one. */
  limit: LimitView | null;
  scopes: readonly ScopeChoice[];
  /** Below the choice of the scope. */
  extra?: ReactNode;
  onClose: () => void;
  onSave: (draft: LimitDraft) => Promise<void>;
}) {
  const id = useId();
  const [scope, setScope] = useState(scopes[0]?.value ?? "");
  const [measure, setMeasure] = useState<LimitMeasure>(limit?.measure ?? "micro_usd");
  const [period, setPeriod] = useState<LimitPeriod>(limit?.period ?? "month");
  const [amount, setAmount] = useState(limit ? typedAmount(limit.measure, limit.amount) : "");
  const [timeZone, setTimeZone] = useState(() => limit?.timeZone ?? zoneHere());
  const [weekStart, setWeekStart] = useState(limit?.weekStart ?? 1);
  const [hard, setHard] = useState(limit?.hard ?? true);
  const [thresholds, setThresholds] = useState((limit?.thresholds ?? [50, 80, 100]).join(", "));
  const [input, setInput] = useState(priceOf(limit?.fallbackPrice?.input));
  const [output, setOutput] = useState(priceOf(limit?.fallbackPrice?.output));
  const [problem, setProblem] = useState<{ field: string; sentence: string } | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const isMoney = measure === "micro_usd";
  const inPeriod = measure === "parallel" ? "total" : isMoney && period === "minute" ? "day" : period;
  const of = (field: string) => (problem?.field === field ? problem.sentence : null);

  function refuse(field: string, sentence: string): null {
    setProblem({ field, sentence });
    document.getElementById(`${id}-${field}`)?.focus();
    return null;
  }

  function draft(): LimitDraft | null {
    const parsed = parseAmount(measure, amount);
    if (parsed === null) {
      return refuse("amount", isMoney ? "Write an amount such as 5 or 2.50." : "Write a whole number.");
    }
    const shares = thresholds
      .split(/[\s,;%]+/)
      .filter((each) => each !== "")
      .map(Number);
    if (shares.length > 10 || shares.some((share) => !Number.isInteger(share) || share < 1 || share > 100)) {
      return refuse("thresholds", "Write up to ten percentages from 1 to 100, such as 50, 80, 100.");
    }
    let fallbackPrice: { input: number; output: number } | null = null;
    if (isMoney && (input.trim() !== "" || output.trim() !== "")) {
      const prices = { input: parseAmount("micro_usd", input), output: parseAmount("micro_usd", output) };
      if (prices.input === null || prices.input > 1e9)
        return refuse("input", "Write a price such as 3 or 0.50.");
      if (prices.output === null || prices.output > 1e9) return refuse("output", "Write a price such as 15.");
      fallbackPrice = { input: prices.input, output: prices.output };
    }
    const allowed = { amount: parsed, hard, thresholds: shares, ...(isMoney && { fallbackPrice }) };
    if (limit) return allowed;
    const chosen = scopes.find(({ value }) => value === scope);
    if (!chosen) return refuse("scope", "Choose whom it counts for.");
    return { ...allowed, scope: chosen.scope, measure, period: inPeriod, timeZone, weekStart };
  }

  async function save(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    if (pending) return;
    setProblem(null);
    setFailure(null);
    const wanted = draft();
    if (!wanted) return;
    setPending(true);
    try {
      await onSave(wanted);
      onClose();
    } catch (error) {
      setPending(false);
      if (!(error instanceof Error)) throw error;
      setFailure(error.message);
    }
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={limit ? "Edit limit" : "New limit"}
      description={
        limit
          ? `${scopeWords(limit)}, ${limitInWords(limit)}. What was used stays counted.`
          : "What was used since its period began counts from the start."
      }
    >
      <form noValidate onSubmit={(event) => void save(event)} className="contents">
        <DialogBody className="grid gap-4">
          {limit ? null : (
            <>
              <Field id={`${id}-scope`} label="For" error={of("scope")}>
                {(control) => (
                  <Select {...control} value={scope} onChange={(event) => setScope(event.target.value)}>
                    {scopes.map(({ value, label }) => (
                      <option key={value} value={value}>
                        {label}
                      </option>
                    ))}
                  </Select>
                )}
              </Field>
              {extra}
              <div className="grid gap-4 sm:grid-cols-2">
                <Field id={`${id}-measure`} label="Counts">
                  {(control) => (
                    <Select
                      {...control}
                      value={measure}
                      onChange={(event) => setMeasure(event.target.value as LimitMeasure)}
                    >
                      {Object.entries(MEASURES).map(([value, label]) => (
                        <option key={value} value={value}>
                          {label}
                        </option>
                      ))}
                    </Select>
                  )}
                </Field>
                {measure === "parallel" ? null : (
                  <Field id={`${id}-period`} label="In">
                    {(control) => (
                      <Select
                        {...control}
                        value={inPeriod}
                        onChange={(event) => setPeriod(event.target.value as LimitPeriod)}
                      >
                        {Object.entries(PERIODS).map(([value, label]) =>
                          isMoney && value === "minute" ? null : (
                            <option key={value} value={value}>
                              {label}
                            </option>
                          ),
                        )}
                        <option value="total">all, without a reset</option>
                      </Select>
                    )}
                  </Field>
                )}
              </div>
            </>
          )}
          <Field
            id={`${id}-amount`}
            label={isMoney ? "At most (US dollars)" : "At most"}
            error={of("amount")}
          >
            {(control) => (
              <Input
                {...control}
                inputMode="decimal"
                autoComplete="off"
                maxLength={20}
                value={amount}
                onChange={(event) => setAmount(event.target.value)}
              />
            )}
          </Field>
          {limit || inPeriod === "total" || inPeriod === "minute" ? null : (
            <div className="grid gap-4 sm:grid-cols-2">
              <Field id={`${id}-zone`} label="Time zone" hint="Where its day begins.">
                {(control) => (
                  <Select {...control} value={timeZone} onChange={(event) => setTimeZone(event.target.value)}>
                    {zonesWith(timeZone).map((zone) => (
                      <option key={zone}>{zone}</option>
                    ))}
                  </Select>
                )}
              </Field>
              {inPeriod === "week" ? (
                <Field id={`${id}-week`} label="The week begins on">
                  {(control) => (
                    <Select
                      {...control}
                      value={weekStart}
                      onChange={(event) => setWeekStart(Number(event.target.value))}
                    >
                      {WEEK_STARTS.map(([value, label]) => (
                        <option key={value} value={value}>
                          {label}
                        </option>
                      ))}
                    </Select>
                  )}
                </Field>
              ) : null}
            </div>
          )}
          <Checkbox
            label="Refuse what does not fit"
            description="Otherwise requests go on, and you are only told."
            checked={hard}
            onChange={(event) => setHard(event.target.checked)}
          />
          {measure === "parallel" ? null : (
            <Field id={`${id}-thresholds`} label="Tell me at (percent)" error={of("thresholds")}>
              {(control) => (
                <Input
                  {...control}
                  autoComplete="off"
                  maxLength={60}
                  value={thresholds}
                  onChange={(event) => setThresholds(event.target.value)}
                />
              )}
            </Field>
          )}
          {isMoney ? (
            <fieldset className="grid gap-3">
              <legend className="text-sm font-medium">Models without a known price</legend>
              <p className="text-sm text-text-muted">
                A limit that refuses does not let them through, unless they count at a price: dollars for a
                million tokens.
              </p>
              <div className="grid gap-4 sm:grid-cols-2">
                <Field id={`${id}-input`} label="Input" error={of("input")}>
                  {(control) => (
                    <Input
                      {...control}
                      inputMode="decimal"
                      autoComplete="off"
                      maxLength={12}
                      placeholder="Not let through"
                      value={input}
                      onChange={(event) => setInput(event.target.value)}
                    />
                  )}
                </Field>
                <Field id={`${id}-output`} label="Output" error={of("output")}>
                  {(control) => (
                    <Input
                      {...control}
                      inputMode="decimal"
                      autoComplete="off"
                      maxLength={12}
                      placeholder="Not let through"
                      value={output}
                      onChange={(event) => setOutput(event.target.value)}
                    />
                  )}
                </Field>
              </div>
            </fieldset>
          ) : null}
          {failure ? <Alert variant="danger">{failure}</Alert> : null}
        </DialogBody>
        <DialogFooter>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" pending={pending}>
            {limit ? "Save" : "Add limit"}
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
}

function priceOf(microUsd: number | undefined): string {
  return microUsd === undefined ? "" : typedAmount("micro_usd", microUsd);
}

function zoneHere(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

function zonesWith(zone: string): string[] {
  return [...new Set(["UTC", zone, ...Intl.supportedValuesOf("timeZone")])];
}
