import { Search } from "lucide-react";
import { useId, useState } from "react";
import { useDebounced } from "@/components/people/use-debounced";
import { usePeople } from "@/components/people/use-people";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";

const SEARCH_AFTER_MS = 250;
const SHOWN = 5;

/** Finds a person whose records are to be shown. */
export function ActorSearch({ onChoose }: { onChoose: (id: string) => void }) {
  const id = useId();
  const [typed, setTyped] = useState("");
  const search = useDebounced(typed.trim(), SEARCH_AFTER_MS);
  return (
    <div className="grid gap-2">
      <Field id={`${id}-search`} label="Who">
        {(control) => (
          <div className="relative">
            <Search
              aria-hidden
              className="pointer-events-none absolute inset-y-0 left-3 my-auto size-4 text-text-muted"
            />
            <Input
              {...control}
              type="search"
              placeholder="Name or email of a person"
              maxLength={200}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              className="pl-9"
            />
          </div>
        )}
      </Field>
      {search === "" ? null : (
        <Found
          search={search}
          onChoose={(person) => {
            setTyped("");
            onChoose(person);
          }}
        />
      )}
    </div>
  );
}

function Found({ search, onChoose }: { search: string; onChoose: (id: string) => void }) {
  const { people, failure } = usePeople(search);
  if (failure) return <p className="text-sm text-danger-text">{failure}</p>;
  if (people === null) return null;
  if (people.length === 0) return <p className="text-sm text-text-muted">Nobody has that name or address.</p>;
  return (
    <ul aria-label="People found" className="flex flex-wrap gap-2">
      {people.slice(0, SHOWN).map(({ id, name, email }) => (
        <li key={id} className="max-w-full">
          <Button
            size="sm"
            className="h-auto min-h-8 max-w-full py-1 whitespace-normal"
            onClick={() => onChoose(id)}
          >
            <span className="min-w-0 text-left wrap-anywhere">
              {name}, {email}
            </span>
          </Button>
        </li>
      ))}
    </ul>
  );
}
