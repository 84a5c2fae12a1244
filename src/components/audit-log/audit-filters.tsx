import { X } from "lucide-react";
import { type ReactNode, useId } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { AUDIT_GROUPS, type AuditGroup } from "@/contracts/audit-groups";
import { momentOf } from "./audit-days";
import type { AuditQuery } from "./use-audit-pages";

const GROUP_NAMES: Record<AuditGroup, string> = {
  keys: "Keys and sealed values",
  uses: "Each use of a key",
  sign_in: "Signing in",
  account: "Accounts",
  projects: "Projects and secrets",
  limits: "Limits and alerts",
  operation: "Vault and operation",
};

export interface AuditFilterValues {
  group: AuditGroup | "";
  /** Days as date fields write them; empty for no bound. */
  from: string;
  to: string;
  object: string;
  actor: string;
}

export const NO_FILTER: AuditFilterValues = { group: "", from: "", to: "", object: "", actor: "" };

/** As parameters of the API. */
export function queryOf({ group, from, to, object, actor }: AuditFilterValues): AuditQuery {
  return { group, object, actor, from: momentOf(from), to: momentOf(to, 1) };
}

/**
 * By what a log is filtered; an object and an actor are chosen in the list and can be given up here.
 *
 * @param everything what is shown without a group
 */
export function AuditFilters({
  values,
  everything,
  chosen,
  onChange,
}: {
  values: AuditFilterValues;
  everything: string;
  chosen: { field: "object" | "actor"; words: ReactNode }[];
  onChange: (values: AuditFilterValues) => void;
}) {
  const id = useId();
  return (
    <search aria-label="Filter" className="grid gap-3">
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-[minmax(0,1fr)_10rem_10rem]">
        <Field id={`${id}-group`} label="What" className="max-sm:col-span-2">
          {(control) => (
            <Select
              {...control}
              value={values.group}
              onChange={(event) => onChange({ ...values, group: event.target.value as AuditGroup | "" })}
            >
              <option value="">{everything}</option>
              {AUDIT_GROUPS.map((group) => (
                <option key={group} value={group}>
                  {GROUP_NAMES[group]}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {(["from", "to"] as const).map((bound) => (
          <Field key={bound} id={`${id}-${bound}`} label={bound === "from" ? "From" : "Until"}>
            {(control) => (
              <Input
                {...control}
                type="date"
                min={bound === "to" && values.from ? values.from : "2000-01-01"}
                max="2999-12-31"
                value={values[bound]}
                onChange={(event) => onChange({ ...values, [bound]: event.target.value })}
              />
            )}
          </Field>
        ))}
      </div>
      {chosen.length > 0 ? (
        <ul className="flex flex-wrap gap-2">
          {chosen.map(({ field, words }) => (
            <li key={field} className="max-w-full">
              <Button
                size="sm"
                className="h-auto min-h-8 max-w-full py-1 whitespace-normal"
                onClick={() => onChange({ ...values, [field]: "" })}
              >
                <span className="min-w-0 text-left wrap-anywhere">{words}</span>
                <X aria-hidden />
                <span className="sr-only">, stop filtering by it</span>
              </Button>
            </li>
          ))}
        </ul>
      ) : null}
    </search>
  );
}
