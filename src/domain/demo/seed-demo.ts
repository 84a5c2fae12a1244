import "server-only";
import { eq } from "drizzle-orm";
import { createProject } from "@/domain/projects/create-project";
import { writeProjectFile } from "@/domain/projects/files/write-project-file";
import { auth } from "@/lib/auth/auth";
import { database } from "@/lib/db/client";
import { userTable } from "@/lib/db/schema";
import type { Environment } from "@/lib/env.server";

export const DEMO_EMAIL = "demo@orchestral.example";

const WELCOME = `# Welcome to the demo

Ask the agent for code and watch files appear here.

- "Build a todo list" writes a small web page.
- Open the model selector to save one of the demo keys printed on the console, then switch to it.

Everything runs on this machine: the model provider is a stand-in, no message leaves it and nothing is billed.
`;

/**
 * Creates the demo account with one project, once. Afterwards the account exists with the given password.
 *
 * @throws if the demo was started without a password for it
 */
export async function seedDemo(env: Pick<Environment, "ORCHESTRAL_DEMO_PASSWORD">): Promise<void> {
  const password = env.ORCHESTRAL_DEMO_PASSWORD;
  if (!password) throw new Error("ORCHESTRAL_DEMO_PASSWORD is missing; start the demo with npm run demo.");
  const db = await database();
  const [existing] = await db
    .select({ id: userTable.id })
    .from(userTable)
    .where(eq(userTable.email, DEMO_EMAIL));
  if (existing) return;
  const { user } = await (await auth()).api.signUpEmail({
    body: { name: "Demo", email: DEMO_EMAIL, password },
  });
  const actor = { userId: user.id };
  const project = await createProject(actor, { name: "First project" });
  await writeProjectFile(actor, project.id, { path: "README.md", content: WELCOME });
}
