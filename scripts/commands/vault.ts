import { parseArgs } from "node:util";
import {
  retireKeyEncryptionKeySchema,
  type StartKeyRotation,
  startKeyRotationSchema,
} from "@/contracts/vault";
import { LaunchError } from "../lib/launch-error";
import { say, sayPlain } from "../lib/say.mjs";
import { backup, parseBackupArguments } from "../vault/backup";
import { openVaultConsole } from "../vault/open-vault-console";
import { printAudit, printFindings, printStatus, progressOf, titleOf } from "../vault/print-vault";
import { parseRecoverArguments, recover } from "../vault/recover";
import type { VaultConsole } from "../vault/vault-console";

const USAGE = `Usage: npm run vault -- <command>

  status [--json]                          rows per key, progress, history
  rotate key-encryption-key|data-keys      with --dry-run, --rate <rows a second>, --no-wait
  verify                                   opens every row; with --rate, --no-wait
  cancel                                   ends the running rotation where it is
  retire <key id>                          once no row needs the key any more
  doctor                                   what is wrong and what to do; exit code 1 if there is an error
  verify-audit [--head <seq>:<mac>]        exit code 1 if the trail was tampered with
  backup --out <folder>                    key shares; see docs/runbooks/recover-keys.md
  recover --share <file> ...`;

/** `npm run vault`: the operator's command line. */
export async function vault(root: string, args: readonly string[]): Promise<number> {
  const [command = "", ...rest] = args;
  if (args.includes("--help") || command === "help") {
    sayPlain(USAGE);
    return 0;
  }
  if (command === "backup") return backup(root, parseBackupArguments(rest));
  if (command === "recover") return recover(root, parseRecoverArguments(rest));
  const order = ORDERS[command];
  if (!order || !Object.hasOwn(ORDERS, command)) throw new LaunchError("usage", USAGE);
  const carryOut = order(rest);
  const console = await openVaultConsole(root, process.env);
  try {
    return await carryOut(console);
  } finally {
    await console.close();
  }
}

/** Arguments are read before anything is opened. */
type Order = (args: readonly string[]) => (console: VaultConsole) => Promise<number>;

const ORDERS: Record<string, Order> = {
  status: (args) => {
    const { values } = parsed(args, { json: { type: "boolean", default: false } });
    return async (console) => {
      const status = await console.status();
      if (values["json"] === true) {
        sayPlain(JSON.stringify(status, null, 2));
        return 0;
      }
      say("Vault", console.way);
      printStatus(status);
      return 0;
    };
  },
  rotate: (args) => {
    const { values, positionals } = parsed(
      args,
      { ...ROTATION_OPTIONS, "dry-run": { type: "boolean", default: false } },
      1,
    );
    return start(
      orderOf({
        kind: kindOf(positionals[0]),
        dryRun: values["dry-run"],
        rowsPerSecond: rateOf(values["rate"]),
      }),
      values["no-wait"] === true,
    );
  },
  verify: (args) => {
    const { values } = parsed(args, ROTATION_OPTIONS);
    return start(
      orderOf({ kind: "verify", rowsPerSecond: rateOf(values["rate"]) }),
      values["no-wait"] === true,
    );
  },
  cancel: (args) => {
    parsed(args, {});
    return async (console) => {
      const { running } = await console.status();
      if (!running) throw new LaunchError("vault_refused", "No rotation is running.");
      await console.cancel(running.id);
      say("Cancelled", `${titleOf(running)}. What it did stays; start it again to go on.`);
      return 0;
    };
  },
  retire: (args) => {
    const { positionals } = parsed(args, {}, 1);
    const order = retireKeyEncryptionKeySchema.safeParse({ id: positionals[0] });
    if (!order.data) throw new LaunchError("usage", `${order.error.issues[0]?.message}\n\n${USAGE}`);
    const { id } = order.data;
    return async (console) => {
      await console.retire(id);
      say("Retired", `${id}. No row needs it; take it out of the configuration and restart.`);
      return 0;
    };
  },
  doctor: (args) => {
    parsed(args, {});
    return async (console) => {
      say("Vault", console.way);
      const findings = await console.findings();
      printFindings(findings);
      return findings.some(({ severity }) => severity === "error") ? 1 : 0;
    };
  },
  "verify-audit": (args) => {
    const { values } = parsed(args, { head: { type: "string" } });
    const head = headOf(values["head"]);
    return async (console) => {
      const report = await console.verifyAudit(head);
      printAudit(report);
      return report.ok ? 0 : 1;
    };
  },
};

const ROTATION_OPTIONS = {
  rate: { type: "string" },
  "no-wait": { type: "boolean", default: false },
} as const;

function start(order: StartKeyRotation, noWait: boolean): (console: VaultConsole) => Promise<number> {
  return async (console) => {
    say("Vault", console.way);
    const { id, alreadyRunning } = await console.rotate(order);
    say("Rotation", alreadyRunning ? "was running already" : "started");
    if (noWait) {
      say("Not waiting", "a running server goes on with it; see: npm run vault -- status");
      return 0;
    }
    const done = await console.follow(id, (rotation) => say("Progress", progressOf(rotation)));
    say("Finished", progressOf(done));
    return done.state === "completed" && done.unreadable === 0 && done.skipped === 0 ? 0 : 1;
  };
}

function parsed(
  args: readonly string[],
  options: NonNullable<Parameters<typeof parseArgs>[0]>["options"],
  positionals = 0,
) {
  try {
    const result = parseArgs({ args: [...args], options: options ?? {}, allowPositionals: true });
    if (result.positionals.length !== positionals) throw new Error("The number of arguments does not fit.");
    const values: Record<string, unknown> = result.values;
    return { values, positionals: result.positionals };
  } catch (error) {
    throw new LaunchError("usage", `${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}

function orderOf(order: Record<string, unknown>): StartKeyRotation {
  const checked = startKeyRotationSchema.safeParse(order);
  if (checked.data) return checked.data;
  throw new LaunchError("usage", `${checked.error.issues[0]?.message}\n\n${USAGE}`);
}

function kindOf(word: string | undefined): string {
  if (word === "key-encryption-key" || word === "data-keys") return word.replaceAll("-", "_");
  throw new LaunchError("usage", `Say what to rotate: key-encryption-key or data-keys.\n\n${USAGE}`);
}

function rateOf(text: unknown): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function headOf(text: unknown): { seq: number; mac: string } | undefined {
  if (text === undefined) return undefined;
  const [, seq, mac] = (typeof text === "string" && /^(\d{1,15}):([0-9a-f]{64})$/.exec(text)) || [];
  if (seq && mac) return { seq: Number(seq), mac };
  throw new LaunchError("usage", "--head is <seq>:<mac>, as verify-audit and status print it.");
}
