import type { PersonSummary } from "@/contracts/people";
import { LaunchError } from "../lib/launch-error";

/** The person with exactly this address among those a search found. @throws LaunchError */
export function personWithEmail(people: readonly PersonSummary[], email: string): PersonSummary {
  const person = people.find((each) => each.email.toLowerCase() === email.trim().toLowerCase());
  if (!person) throw new LaunchError("vault_refused", `No account has the address ${email}.`);
  return person;
}
