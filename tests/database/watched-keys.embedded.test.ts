import { expect, test } from "vitest";
import { findPayingKey } from "@/domain/keys/find-paying-key";
import { addStoredKey } from "@/domain/keys/sources/stored/add-stored-key";
import { tellOfKeyDates } from "@/domain/keys/tell-of-key-dates";
import { watchKeys } from "@/domain/spending/tripwire/watch-keys";
import { database } from "@/lib/db/client";
import { userTable } from "@/lib/db/schema";
import { sql } from "./audit-support";
import { useDatabase } from "./use-database";

useDatabase("embedded");

test("in the embedded database a key is watched and its dates are told as on Postgres", async () => {
  const actor = { userId: "ada" };
  await (await database()).insert(userTable).values({ id: "ada", name: "Ada", email: "ada@example.com" });
  const id = await addStoredKey(actor, {
    provider: "anthropic",
    apiKey: "sk-ant-api03-a-key-that-is-watched-wXyZ",
    label: "Work",
  });
  await sql(`update user_ai_api_keys set created_at = now() - interval '30 days', last_used_at = now(),
    tripwire = 'pause', expires_at = now() + interval '6 days'`);
  await sql(`insert into usage_events (user_id, owner_kind, owner_id, key_provider, provider, model, key_id, at, outcome,
      cost_micro_usd, price, duration_ms)
    select 'ada', 'person', 'ada', 'personal', 'anthropic', 'claude-haiku-4-5', id, now() - n * interval '2 minutes',
      'completed', 300000, '{"output": 5000000}', 9 from user_ai_api_keys, generate_series(0, 19) n`);

  expect(await watchKeys()).toEqual([id]);
  expect(await watchKeys()).toEqual([]);
  expect(await tellOfKeyDates()).toBe(1);
  expect(await tellOfKeyDates()).toBe(0);
  const selection = { payer: "person", provider: "anthropic", model: "claude-haiku-4-5" } as const;
  await expect(findPayingKey(actor, selection)).rejects.toMatchObject({
    code: "key_paused",
    message: expect.stringContaining(
      "Unusual spending: $6.00 within an hour, where the most before was $0.00.",
    ),
  });
  const told = await sql<{ kind: string; detail: object }>(
    "select kind, detail from notifications order by kind",
  );
  expect(told).toMatchObject([
    { kind: "key_expiring", detail: { keyId: id, days: 7, label: "Work" } },
    { kind: "key_paused", detail: { keyId: id, reason: "unusual_hour", microUsd: 6_000_000 } },
  ]);
});
