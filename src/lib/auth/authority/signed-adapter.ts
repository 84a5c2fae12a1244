import "server-only";
import type { BetterAuthOptions, BetterAuthPlugin, DBAdapter } from "better-auth";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { generateRandomString } from "better-auth/crypto";
import { accountAltered } from "./altered-rows";
import { authorityKey } from "./authority-key";
import { isSignedTable, SIGNED_FIELDS, type SignedTable } from "./row-mac";
import { isGenuine, signRow } from "./sign-row";

type Row = Record<string, unknown> & { id: string };
type Adapter = Omit<DBAdapter, "transaction">;

const MAC = { type: "string", required: false, input: false, returned: false } as const;
const IS_FIRST = { type: "boolean", required: false, input: false, returned: false } as const;

/** Tells Better Auth of the columns that signedAdapter fills; it shows them to nobody. */
export const signedColumns = {
  id: "signed-columns",
  schema: {
    user: { fields: { mac: MAC, isFirst: IS_FIRST } },
    account: { fields: { mac: MAC } },
    session: { fields: { mac: MAC } },
    verification: { fields: { mac: MAC } },
    jwks: { fields: { mac: MAC } },
  },
} satisfies BetterAuthPlugin;

/**
 * Better Auth's database adapter, whose rows are signed when they are written and verified when they are read
 * (row-mac.ts). A session, a signing key or a proof that somebody else wrote is as if it were not there. An
 * account is not: then a sign-up could take its place, so it is an error.
 *
 * @throws APIError `account_altered` in any of its functions
 */
export function signedAdapter(
  ...database: Parameters<typeof drizzleAdapter>
): (options: BetterAuthOptions) => DBAdapter {
  const make = drizzleAdapter(...database);
  return (options) => {
    const inner = make(options);
    return {
      ...inner,
      ...signed(inner),
      // The key is read before: inside, the embedded database has no connection left to read it with.
      transaction: async (work) => {
        await authorityKey();
        return inner.transaction((tx) => work({ ...tx, ...signed(tx) }));
      },
    };
  };
}

function signed(inner: Adapter): Partial<Adapter> {
  async function findOne<T>(query: Parameters<Adapter["findOne"]>[0]): Promise<T | null> {
    const { model, select: _all, ...rest } = query;
    if (!isSignedTable(model)) return inner.findOne<T>(query);
    return genuineOrNull<T>(model, await inner.findOne<Row>({ model, ...rest }));
  }

  return {
    findOne,

    async findMany<T>(query: Parameters<Adapter["findMany"]>[0]): Promise<T[]> {
      const { model, select: _all, ...rest } = query;
      if (!isSignedTable(model)) return inner.findMany<T>(query);
      const rows = await inner.findMany<Row>({ model, ...rest });
      const genuine = await Promise.all(rows.map((row) => genuineOrNull<T>(model, row)));
      return genuine.filter((row) => row !== null) as T[];
    },

    async create<R>(command: Parameters<Adapter["create"]>[0]): Promise<R> {
      const { model, data, forceAllowId } = command;
      if (!isSignedTable(model)) return inner.create<Record<string, unknown>, R>(command);
      const given = data as Partial<Row>;
      const id = (forceAllowId ? given.id : undefined) ?? generateRandomString(32, "a-z", "A-Z", "0-9");
      const row = await signRow(model, { ...given, id, ...(model === "user" ? await ofNewUser(given) : {}) });
      const created = await inner.create<Row>({ model, data: row, forceAllowId: true });
      return (await genuineOrNull<R>(model, created)) as R;
    },

    async update<T>(command: Parameters<Adapter["update"]>[0]): Promise<T | null> {
      const { model, where, update } = command;
      if (!isSignedTable(model)) return inner.update<T>(command);
      if (!touchesSigned(model, update)) {
        return genuineOrNull<T>(model, await inner.update<Row>(command));
      }
      const before = await findOne<Row>({ model, where });
      return before && genuineOrNull<T>(model, await updateSigned(model, before, update));
    },

    async updateMany(command: Parameters<Adapter["updateMany"]>[0]): Promise<number> {
      const { model, where, update } = command;
      if (!isSignedTable(model) || !touchesSigned(model, update)) return inner.updateMany(command);
      const rows = await inner.findMany<Row>({ model, where });
      const genuine = await Promise.all(rows.map((row) => genuineOrNull<Row>(model, row)));
      const updated = await Promise.all(
        genuine.map(async (row) => (row ? updateSigned(model, row, update) : null)),
      );
      return updated.filter((row) => row !== null).length;
    },

    async consumeOne<T>(query: Parameters<Adapter["consumeOne"]>[0]): Promise<T | null> {
      const { model } = query;
      if (!isSignedTable(model)) return inner.consumeOne<T>(query);
      return genuineOrNull<T>(model, await inner.consumeOne<Row>(query));
    },
  };

  /** Defaults of the database, which the MAC has to cover. */
  async function ofNewUser({ emailVerified }: Partial<Row>) {
    const isFirst = (await inner.count({ model: "user" })) === 0;
    return { emailVerified: emailVerified ?? false, isFirst };
  }

  /** Writes every signed field, so that of two updates at the same moment each leaves a whole row. */
  async function updateSigned(
    model: SignedTable,
    before: Row,
    update: Record<string, unknown>,
  ): Promise<Row | null> {
    const changed = Object.fromEntries(Object.entries(update).filter(([, value]) => value !== undefined));
    const { id, ...after } = await signRow(model, {
      ...signedFieldsOf(model, before),
      ...changed,
      id: before.id,
    });
    return inner.update<Row>({ model, where: [{ field: "id", value: id }], update: after });
  }
}

function signedFieldsOf(model: SignedTable, row: Row): Record<string, unknown> {
  return Object.fromEntries(SIGNED_FIELDS[model].map((field) => [field, row[field]]));
}

function touchesSigned(model: SignedTable, update: Record<string, unknown>): boolean {
  return SIGNED_FIELDS[model].some((field) => update[field] !== undefined);
}

/**
 * The row without its MAC, with the rows that were joined to it, if all of them are genuine.
 *
 * @throws APIError `account_altered`
 */
async function genuineOrNull<T>(model: SignedTable, row: Row | null): Promise<T | null> {
  if (!row) return null;
  if (!(await isGenuine(model, row))) {
    if (model === "user" || model === "account") throw accountAltered();
    return null;
  }
  const { mac: _mac, ...rest } = row;
  for (const joined of ["user", "account"] as const) {
    const value = rest[joined];
    if (Array.isArray(value)) {
      // oxlint-disable-next-line no-await-in-loop -- two at most
      rest[joined] = await Promise.all(value.map((each: Row) => genuineOrNull(joined, each)));
    } else if (typeof value === "object" && value !== null) {
      // oxlint-disable-next-line no-await-in-loop -- two at most
      rest[joined] = await genuineOrNull(joined, value as Row);
    }
  }
  return rest as T;
}
