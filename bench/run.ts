import type { BenchRow } from "./bench-row";
import { benchEncryption } from "./encryption.bench";
import { benchEndurance } from "./endurance.bench";
import { benchLimits } from "./limits.bench";
import { benchMessages } from "./message.bench";
import { benchPages } from "./page.bench";
import { benchRotation } from "./rotation.bench";
import { benchThreads } from "./thread.bench";
import { benchUsage } from "./usage.bench";
import { benchVaultStatus } from "./vault-status.bench";

/**
 * `npm run bench [-- <name>]`, one of those below: prints the results of this run, with the baseline of the
 * same run. Without a name all but `endurance`, which takes twenty minutes, and `usage`, which takes ten.
 */
const SUITES: Record<string, () => Promise<BenchRow[]>> = {
  encryption: benchEncryption,
  endurance: benchEndurance,
  limits: benchLimits,
  messages: benchMessages,
  pages: benchPages,
  rotation: benchRotation,
  threads: benchThreads,
  usage: benchUsage,
  vault: benchVaultStatus,
};

const LONG = new Set(["endurance", "usage"]);

const wanted = process.argv.slice(2);
for (const [name, run] of Object.entries(SUITES)) {
  if (wanted.length > 0 ? !wanted.includes(name) : LONG.has(name)) continue;
  process.stdout.write(`\n${name}\n`);
  for (const row of await run()) process.stdout.write(`${line(row)}\n`);
}
process.exit(0);

function line(row: BenchRow): string {
  const figure = `${round(row.value)} ${row.unit}`;
  const beside = Number.isNaN(row.baseline)
    ? ""
    : `baseline ${round(row.baseline)}, ratio ${row.ratio.toFixed(2)}`;
  const verdict = row.ok === null ? "" : row.ok ? `aim met (${row.aim})` : `AIM MISSED (${row.aim})`;
  return `  ${row.name.padEnd(64)} ${figure.padStart(16)}   ${beside.padEnd(34)} ${verdict}`;
}

function round(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en") : value.toFixed(2);
}
