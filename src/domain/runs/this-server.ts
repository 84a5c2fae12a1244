import "server-only";
import { randomUUID } from "node:crypto";
import { oncePerProcess } from "@/lib/once-per-process";

const shared = oncePerProcess("thisServer", () => randomUUID());

/** The id of this process among the servers of an installation. */
export function thisServer(): string {
  return shared.get();
}
