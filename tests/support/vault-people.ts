import { randomBytes } from "node:crypto";
import { HttpPerson } from "./http-person";
import type { Installation } from "./stored-session";

/** A fresh key in the notation of ENCRYPTION_KEYS. */
export function ringEntry(id: string): string {
  return `${id}:${randomBytes(32).toString("hex")}`;
}

/**
 * A person with one of everything that is sealed: a provider key and a project secret.
 *
 * @param installation whose server is at `url`, for a person who does not sign up there
 */
export async function personWithSealedValues(
  url: string,
  name?: string,
  installation?: Installation,
): Promise<HttpPerson> {
  const person = await (installation
    ? HttpPerson.stored(url, installation, name)
    : HttpPerson.signUp(url, name));
  await person.saveKey(`sk-ant-api03-${randomBytes(60).toString("base64url")}AA`);
  const projectId = await person.createProject();
  const secret = { name: "DATABASE_URL", value: "postgres://private" };
  const answer = await person.call("POST", `/api/v1/projects/${projectId}/secrets`, secret);
  if (answer.status !== 200) throw new Error(`saving a secret answered ${answer.status}: ${answer.text}`);
  return person;
}
