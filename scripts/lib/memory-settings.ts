import type { Variables } from "./env-files";

/**
 * V8 takes as much as the machine has to give. The room for new objects would grow to 128 MB and stay; a
 * quarter of that is collected more often, at little cost, because few objects are still in use by then. And
 * the rest would be collected only when it is about twice what is in use; this makes it 1.4 times.
 */
const FLAGS = ["--max-semi-space-size=16", "--heap-growing-percent=40"];
/** glibc otherwise keeps freed memory in as many places as there are threads, up to eight for each core. */
const MALLOC_ARENA_MAX = "2";

const SIZES_OF_OPERATOR = /--max[-_](?:old|semi)[-_]space[-_]size/;

/**
 * What keeps a server's memory small; see docs/runbooks/install.md, "Memory".
 *
 * @param given the server's environment. An operator who sets sizes in NODE_OPTIONS decides alone.
 */
export function memorySettings(given: Variables): { flags: string[]; env: { MALLOC_ARENA_MAX: string } } {
  return {
    flags: SIZES_OF_OPERATOR.test(given["NODE_OPTIONS"] ?? "") ? [] : FLAGS,
    env: { MALLOC_ARENA_MAX: given["MALLOC_ARENA_MAX"] || MALLOC_ARENA_MAX },
  };
}
