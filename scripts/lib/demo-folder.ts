import { randomInt } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { LaunchError } from "./launch-error";
import { writePrivateFile } from "./secrets-file";

const accountSchema = z.object({ email: z.string(), password: z.string() });

/** The account a person signs in with to try the demo. */
export type DemoAccount = z.output<typeof accountSchema>;

const EMAIL = "demo@orchestral.example";
/** Without look-alikes (0 o, 1 l i), because it is typed from a console. */
const LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";

function randomLetters(count: number): string {
  return Array.from({ length: count }, () => LETTERS[randomInt(LETTERS.length)]).join("");
}

/** Three groups of four letters: 59 bits. */
function readablePassword(): string {
  return [randomLetters(4), randomLetters(4), randomLetters(4)].join("-");
}

/**
 * The demo's account, made on the first start and kept in its data folder.
 *
 * @param dataDir folder of the demo
 * @throws LaunchError data_dir_unusable when the folder holds the database of a real installation
 */
export function demoAccount(dataDir: string): DemoAccount {
  const file = path.join(dataDir, "demo-account.json");
  if (existsSync(file)) {
    const account = accountSchema.safeParse(JSON.parse(readFileSync(file, "utf8")));
    if (account.data) return account.data;
  }
  if (existsSync(path.join(dataDir, "pglite"))) {
    throw new LaunchError(
      "data_dir_unusable",
      `DATA_DIR is ${dataDir}, which holds the database of something other than a demo. Leave DATA_DIR unset, or name a folder for the demo alone.`,
    );
  }
  const account = { email: EMAIL, password: readablePassword() };
  writePrivateFile(file, `${JSON.stringify(account, null, 2)}\n`);
  return account;
}
