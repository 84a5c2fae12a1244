import { parseArgs } from "node:util";
import { inviteRequestSchema } from "@/contracts/people";
import { LaunchError } from "../lib/launch-error";
import { say, sayPlain } from "../lib/say.mjs";
import { openVaultConsole } from "../vault/open-vault-console";

const USAGE = `Usage: npm run people -- <command>

  invite [--email <address>]     a link with which somebody makes an account, once
  reset-link <address>           a link with which this person sets a new password, also an operator`;

/** `npm run people`: what an operator needs who cannot sign in. The link is the only thing on stdout. */
export async function people(root: string, args: readonly string[]): Promise<number> {
  const { command, email } = parsed(args);
  const console = await openVaultConsole(root, process.env);
  try {
    const { url, expiresAt } =
      command === "invite" ? await console.invite(email) : await console.resetLink(email ?? "");
    say("Works once", `until ${expiresAt}. It is not shown again.`);
    sayPlain(url);
    return 0;
  } finally {
    await console.close();
  }
}

function parsed(args: readonly string[]): { command: "invite" | "reset-link"; email: string | undefined } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { email: { type: "string" } },
      allowPositionals: true,
    });
    const [command, address, ...more] = positionals;
    if (command === "invite" && address === undefined) {
      const { email } = inviteRequestSchema.parse(values.email === undefined ? {} : { email: values.email });
      return { command, email };
    }
    if (
      command === "reset-link" &&
      address !== undefined &&
      more.length === 0 &&
      values.email === undefined
    ) {
      return { command, email: address };
    }
    throw new Error("This is no command.");
  } catch (cause) {
    throw new LaunchError("usage", USAGE, { cause });
  }
}
