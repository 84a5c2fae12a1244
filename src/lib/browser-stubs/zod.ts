/**
 * Replaces `zod/v4` in the browser as the AI SDK imports it (next.config.ts), which saves 30 kB of gzipped
 * JavaScript.
 *
 * There the AI SDK uses it only to validate, chunk by chunk, the response stream of our own server. That
 * stream is typed where it is produced (mastra/routes/codegen.ts), and a chunk of another shape fails shortly
 * after in the code that parses it. zod also probes `new Function` when it loads, which the security policy
 * reports as a violation.
 *
 * Our own schemas import `zod` itself, which is not replaced: a schema of `contracts/` validates for real
 * everywhere.
 */
type Success = { success: true; data: unknown };
const pass = (data: unknown): Success => ({ success: true, data });

/** A schema that accepts everything, and that is also every function and method that makes one. */
const accepting: unknown = new Proxy(() => {}, {
  apply: () => accepting,
  get(_target, name) {
    if (name === "safeParse") return pass;
    if (name === "safeParseAsync") return async (data: unknown) => pass(data);
    if (name === "parse") return (data: unknown) => data;
    if (name === "parseAsync") return async (data: unknown) => data;
    // Awaiting a schema must not call it, and it must not look like a zod 4 or Standard Schema.
    if (typeof name === "symbol" || ["then", "_zod", "~standard"].includes(name)) return undefined;
    return accepting;
  },
  has: () => false,
});

export const safeParse = (_schema: unknown, data: unknown): Success => pass(data);
export const safeParseAsync = async (_schema: unknown, data: unknown): Promise<Success> => pass(data);

/** Every other name the AI SDK imports from zod/v4, zod/v4/mini, zod/v4/core and its English messages. */
export {
  accepting as any,
  accepting as array,
  accepting as boolean,
  accepting as config,
  accepting as custom,
  accepting as default,
  accepting as discriminatedUnion,
  accepting as enum,
  accepting as extend,
  accepting as instanceof,
  accepting as int,
  accepting as lazy,
  accepting as literal,
  accepting as looseObject,
  accepting as maximum,
  accepting as minLength,
  accepting as NEVER,
  accepting as never,
  accepting as nonnegative,
  accepting as null,
  accepting as number,
  accepting as object,
  accepting as optional,
  accepting as pipe,
  accepting as positive,
  accepting as record,
  accepting as refine,
  accepting as startsWith,
  accepting as string,
  accepting as toJSONSchema,
  accepting as transform,
  accepting as union,
  accepting as unknown,
};
