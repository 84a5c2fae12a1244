import { useId } from "react";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";

/** Below a list of people in a form: what the list is to have. */
export function FindPersonField({
  search,
  onSearch,
}: {
  search: string;
  onSearch: (search: string) => void;
}) {
  const id = useId();
  return (
    <Field id={id} label="Find a person" hint="Those found are in the list above.">
      {(control) => (
        <Input
          {...control}
          type="search"
          maxLength={200}
          value={search}
          onChange={(event) => onSearch(event.target.value)}
          onKeyDown={(event) => {
            // Whoever searches is not done with the form.
            if (event.key === "Enter") event.preventDefault();
          }}
        />
      )}
    </Field>
  );
}
