import { connect, createServer, type Server } from "node:net";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { database, databaseConnection } from "@/lib/db/client";
import { useDatabase } from "./use-database";

useDatabase("postgres");

/** More than the pool holds (lib/db/client.ts). */
const OFTEN = 14;

/**
 * Proxy between the product and its Postgres: the server ends a connection that begins a transaction, before
 * it answers.
 */
let line: Server;
let endAtBegin = false;
const ended = { times: 0 };
/** To the same server, bypassing the proxy, and to another database. */
let operator: Client;

beforeAll(async () => {
  const url = new URL(process.env["DATABASE_URL"] ?? "");
  const name = url.pathname.slice(1);
  const port = Number(url.port);
  operator = new Client({ connectionString: url.href.replace(`/${name}`, "/postgres") });
  await operator.connect();
  line = createServer((client) => {
    const server = connect(port, "127.0.0.1");
    client.on("data", (bytes) => {
      if (!endAtBegin || !bytes.includes("begin")) {
        server.write(bytes);
        return;
      }
      ended.times += 1;
      // Idle connections to it end too; the pool replaces those automatically.
      operator
        .query("select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1", [name])
        .catch(() => client.destroy());
    });
    server.on("data", (bytes) => client.write(bytes));
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      socket.on("close", () => other.destroy());
      // The end of a connection is handled in "close".
      socket.on("error", () => undefined);
    }
  });
  await new Promise<void>((resolve) => line.listen(0, "127.0.0.1", resolve));
  const address = line.address();
  if (typeof address !== "object" || !address) throw new Error("no port");
  url.port = String(address.port);
  process.env["DATABASE_URL"] = url.href;
});
afterAll(async () => {
  await operator.end();
  line.close();
});

async function transaction(): Promise<string> {
  const db = await database();
  return db.transaction(() => Promise.resolve("done")).catch(() => "failed");
}

async function transactions(): Promise<Set<string>> {
  const outcomes = new Set<string>();
  // oxlint-disable-next-line no-await-in-loop -- one after the other
  for (let i = 0; i < OFTEN; i += 1) outcomes.add(await transaction());
  return outcomes;
}

test("connections that the server ends as a transaction begins do not use up the pool", async () => {
  const connection = await databaseConnection();
  expect(await transactions()).toEqual(new Set(["done"]));
  endAtBegin = true;
  // Each loses its own connection; one may get a connection that ended with the one before, and lose it
  // sooner.
  // oxlint-disable-next-line no-await-in-loop -- one after the other
  while (ended.times < OFTEN) expect(await transaction()).toBe("failed");
  endAtBegin = false;
  // The last one to be ended may have been the next one's.
  await expect.poll(transaction).toBe("done");
  expect((await connection.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
  expect(await transactions()).toEqual(new Set(["done"]));
});
