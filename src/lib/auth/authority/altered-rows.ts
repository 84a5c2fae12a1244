import "server-only";
import { APIError, isAPIError } from "better-auth/api";
import { AppError } from "@/lib/app-error";
import { logger } from "@/lib/logger";
import { oncePerProcess } from "@/lib/once-per-process";
import type { SignedTable } from "./row-mac";

/** A row whose MAC does not hold: somebody wrote it who has no key of this installation. */
export interface AlteredRow {
  table: SignedTable;
  id: string;
}

type Listener = (row: AlteredRow) => void;

/** Beyond this, further rows are logged only: a writer of the database can make any number of them. */
const MAX_TOLD = 1_000;

const state = oncePerProcess("alteredRows", () => ({
  listeners: new Set<Listener>(),
  told: new Set<string>(),
}));

/** Calls `listener` once for each altered row this process meets. */
export function onAlteredRow(listener: Listener): void {
  state.get().listeners.add(listener);
}

export function tellAlteredRow(row: AlteredRow): void {
  const { listeners, told } = state.get();
  const name = `${row.table}:${row.id}`;
  if (told.has(name) || told.size >= MAX_TOLD) return;
  told.add(name);
  logger.error({ code: CODE, ...row }, "a row was changed outside of the product and is refused");
  for (const listener of listeners) listener(row);
}

const CODE = "account_altered";
const SENTENCE =
  "The record of this account was changed outside of Orchestral, so it is not used. Ask the operator of this installation to look into it.";

/**
 * For rows that stand for a person: to take them for missing would invite to make them anew. As the auth
 * library's own error, because it hides others.
 */
export function accountAltered(): APIError {
  return new APIError("FORBIDDEN", { message: SENTENCE, code: CODE });
}

/** The same as an error of ours, for routes that are not the library's; any other error as it is. */
export function toOwnError(error: unknown): unknown {
  const isAltered = isAPIError(error) && error.body?.code === CODE;
  return isAltered ? new AppError(CODE, SENTENCE, { cause: error }) : error;
}
