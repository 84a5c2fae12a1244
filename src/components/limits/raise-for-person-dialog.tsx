import { useId, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import type { LimitView } from "@/contracts/spending-limits";
import { chosenAmong } from "./chosen-among";
import { FindPersonField } from "./find-person-field";
import { RaiseDialog } from "./raise-dialog";
import { usePersonChoices } from "./use-person-choices";

/** Adds to a limit of each person, for one of them. */
export function RaiseForPersonDialog({
  limit,
  onClose,
  onRaise,
}: {
  limit: LimitView;
  onClose: () => void;
  onRaise: (raise: { by: number; personId: string }) => Promise<void>;
}) {
  const id = useId();
  const { choices, failure, search, setSearch, needsSearch } = usePersonChoices();
  const [picked, setPicked] = useState<string | null>(null);
  const person = chosenAmong(choices, picked);
  return (
    <RaiseDialog
      limit={limit}
      isReady={person !== null}
      onClose={onClose}
      onRaise={async ({ by }) => {
        if (person) await onRaise({ by, personId: person.value });
      }}
    >
      <Field
        id={id}
        label="For"
        error={choices?.length === 0 ? "Nobody is found. Search for another name or address." : null}
      >
        {(control) => (
          <Select
            {...control}
            disabled={!person}
            value={person?.value ?? ""}
            onChange={(event) => setPicked(event.target.value)}
          >
            {choices || failure ? null : <option value="">Loading people…</option>}
            {choices?.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {needsSearch ? <FindPersonField search={search} onSearch={setSearch} /> : null}
      {failure ? <Alert variant="danger">{failure}</Alert> : null}
    </RaiseDialog>
  );
}
