"use client";

import Link from "next/link";
import { type SubmitEvent, useId, useRef, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button, buttonVariants } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { cn } from "@/lib/cn";
import { hrefOf, type UsageView, type ViewPeriod } from "./usage-view";

const PERIODS: readonly [ViewPeriod, string][] = [
  ["today", "Today"],
  ["7d", "7 days"],
  ["30d", "30 days"],
  ["month", "This month"],
];

/** Of which days usage is shown. @param onGo follows an address of the page */
export function PeriodSwitch({
  path,
  view,
  onGo,
}: {
  path: string;
  view: UsageView;
  onGo: (href: string) => void;
}) {
  const [isChoosing, setIsChoosing] = useState(view.period === "custom");
  const formId = useId();
  return (
    <div className="grid gap-3">
      <nav aria-label="Period" className="flex flex-wrap gap-1.5">
        {PERIODS.map(([period, name]) => (
          <Link
            key={period}
            href={hrefOf(path, { ...view, period, bucket: undefined })}
            scroll={false}
            prefetch={false}
            onClick={() => setIsChoosing(false)}
            aria-current={view.period === period ? "page" : undefined}
            className={cn(
              buttonVariants({ size: "sm" }),
              view.period === period && "border-accent bg-accent-soft text-accent-text",
            )}
          >
            {name}
          </Link>
        ))}
        <Button
          size="sm"
          aria-expanded={isChoosing}
          aria-controls={formId}
          className={cn(view.period === "custom" && "border-accent bg-accent-soft text-accent-text")}
          onClick={() => setIsChoosing(!isChoosing)}
        >
          Choose days
        </Button>
      </nav>
      <div id={formId} hidden={!isChoosing}>
        <DaysForm key={`${view.first} ${view.last}`} {...{ path, view, onGo }} />
      </div>
    </div>
  );
}

function DaysForm({ path, view, onGo }: { path: string; view: UsageView; onGo: (href: string) => void }) {
  const id = useId();
  const [firstField, lastField] = [useRef<HTMLInputElement>(null), useRef<HTMLInputElement>(null)];
  const [problem, setProblem] = useState<string | null>(null);

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const [first, last] = [firstField.current?.value, lastField.current?.value];
    if (!first || !last) return setProblem("Choose a first and a last day.");
    if (last < first) return setProblem("The last day must not come before the first.");
    setProblem(null);
    onGo(hrefOf(path, { ...view, period: "custom", first, last, bucket: undefined }));
  }

  return (
    <form noValidate onSubmit={submit} className="grid gap-3">
      <div className="flex flex-wrap items-end gap-3">
        <Field id={`${id}-first`} label="First day">
          {(control) => (
            <Input {...control} ref={firstField} type="date" defaultValue={view.first} className="w-40" />
          )}
        </Field>
        <Field id={`${id}-last`} label="Last day">
          {(control) => (
            <Input {...control} ref={lastField} type="date" defaultValue={view.last} className="w-40" />
          )}
        </Field>
        <Button type="submit">Show</Button>
      </div>
      {problem ? <Alert variant="danger">{problem}</Alert> : null}
    </form>
  );
}
