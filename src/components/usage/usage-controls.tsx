"use client";

import { Download, X } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useId, useTransition } from "react";
import { buttonVariants } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { Spinner } from "@/components/ui/spinner";
import type { UsageBucket, UsageGrouping } from "@/contracts/usage-report";
import { GROUPING_NAMES } from "./grouping-names";
import { PeriodSwitch } from "./period-switch";
import { hrefOf, type UsageView } from "./usage-view";

const BUCKET_NAMES: readonly [UsageBucket, string][] = [
  ["hour", "By the hour"],
  ["day", "By day"],
  ["week", "By week"],
  ["month", "By month"],
];

/**
 * Chooses what the page shows.
 *
 * @param bucket the one that is shown
 * @param csvPath where the same comes as a CSV file
 * @param filterNames what each filter of the view is called
 */
export function UsageControls({
  path,
  view,
  groupings,
  bucket,
  csvPath,
  filterNames,
}: {
  path: string;
  view: UsageView;
  groupings: readonly UsageGrouping[];
  bucket: UsageBucket;
  csvPath: string;
  filterNames: Readonly<Record<string, string>>;
}) {
  const id = useId();
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const go = (href: string) => startTransition(() => router.push(href, { scroll: false }));
  const filters = Object.entries(view.filter).filter(([, value]) => value !== undefined);
  return (
    <div className="grid gap-4">
      <PeriodSwitch {...{ path, view }} onGo={go} />
      <div className="flex flex-wrap items-end gap-3">
        <Field id={`${id}-group`} label="Group by">
          {(control) => (
            <Select
              {...control}
              value={view.groupBy}
              onChange={(event) =>
                go(hrefOf(path, { ...view, groupBy: event.target.value as UsageGrouping }))
              }
            >
              {groupings.map((grouping) => (
                <option key={grouping} value={grouping}>
                  {GROUPING_NAMES[grouping]}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field id={`${id}-bucket`} label="Over time">
          {(control) => (
            <Select
              {...control}
              value={bucket}
              onChange={(event) => go(hrefOf(path, { ...view, bucket: event.target.value as UsageBucket }))}
            >
              {BUCKET_NAMES.map(([value, name]) => (
                <option key={value} value={value}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {/* A file: the browser stays on the page. */}
        <a href={csvPath} download className={buttonVariants()}>
          <Download aria-hidden /> Download CSV
        </a>
        <span role="status" className="flex h-9 items-center">
          {isPending ? (
            <>
              <Spinner /> <span className="sr-only">Loading</span>
            </>
          ) : null}
        </span>
      </div>
      {filters.length > 0 ? (
        <ul aria-label="Filters" className="flex flex-wrap gap-2">
          {filters.map(([name, value]) => (
            <li key={name}>
              <Link
                href={hrefOf(path, { ...view, filter: { ...view.filter, [name]: undefined } })}
                scroll={false}
                prefetch={false}
                aria-label={`Remove the filter ${filterNames[name] ?? value}`}
                className="inline-flex h-8 items-center gap-1.5 rounded-md bg-accent-soft px-2.5 text-sm text-accent-text hover:underline"
              >
                <span className="wrap-anywhere">
                  {GROUPING_NAMES[name as UsageGrouping]}: {filterNames[name] ?? value}
                </span>
                <X aria-hidden className="size-3.5" />
              </Link>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
