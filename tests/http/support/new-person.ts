import { inject } from "vitest";
import { HttpPerson } from "../../support/http-person";

/**
 * Somebody who is new to the product that all tests of a run share, past its sign-up.
 *
 * @param there another server on the same data
 */
export function newPerson(there: { url?: string; name?: string; email?: string } = {}): Promise<HttpPerson> {
  const { url = inject("appUrl"), name, email } = there;
  return HttpPerson.stored(url, inject("productEnvironment"), name, email);
}
