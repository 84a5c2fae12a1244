import { inject } from "vitest";
import { HttpPerson } from "../../support/http-person";

/**
 * A new person in the product that all tests of a run share, created without the sign-up.
 *
 * @param there another server on the same data
 */
export function newPerson(there: { url?: string; name?: string; email?: string } = {}): Promise<HttpPerson> {
  const { url = inject("appUrl"), name, email } = there;
  return HttpPerson.stored(url, inject("productEnvironment"), name, email);
}
