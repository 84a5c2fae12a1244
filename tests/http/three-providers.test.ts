import { randomBytes, randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { chatMessageMetadataSchema } from "@/contracts/chat";
import { sql } from "./support/database";
import { newPerson } from "./support/new-person";
import { arrivedUpstream, standIn } from "./support/stand-in";

/** The prefix of each provider's keys, where its requests arrive, and one of its models. */
const ESTIMATED = { costSource: "estimated", priceSource: /^genai-prices@\d/ } as const;
const PROVIDERS = [
  {
    id: "anthropic",
    prefix: "sk-ant-api03-",
    path: "/v1/messages",
    model: "claude-haiku-4-5",
    ...ESTIMATED,
  },
  { id: "openai", prefix: "sk-proj-", path: "/v1/chat/completions", model: "gpt-5-mini", ...ESTIMATED },
  {
    id: "openrouter",
    prefix: "sk-or-v1-",
    path: "/api/v1/chat/completions",
    model: "anthropic/claude-haiku-4.5",
    costSource: "reported",
    priceSource: /^undefined$/,
  },
] as const;

async function keyFor(prefix: string): Promise<string> {
  const key = `${prefix}${randomBytes(48).toString("base64url")}AAA`;
  await standIn.setKey(key);
  return key;
}

/** A person with a key at each provider, who uses all of them. */
async function chattingPerson() {
  const person = await newPerson();
  const projectId = await person.createProject();
  const keys = await Promise.all(
    PROVIDERS.map(async (provider) => {
      const key = await keyFor(provider.prefix);
      return { ...provider, key, keyId: await person.saveKey(key, { provider: provider.id }) };
    }),
  );
  return { person, projectId, keys };
}

test("40 people talk to three providers at once: each request carries its speaker's own key for that provider", async () => {
  const people: Awaited<ReturnType<typeof chattingPerson>>[] = [];
  // Ten at a time: only their messages have to be concurrent.
  while (people.length < 40) {
    // oxlint-disable-next-line no-await-in-loop -- one batch after the other
    people.push(...(await Promise.all(Array.from({ length: 10 }, chattingPerson))));
  }
  const talk = async ({ person, projectId, keys }: (typeof people)[number], order: number) => {
    const said = [];
    // Each starts with another provider, so that all three are in use at any moment.
    const first = order % keys.length;
    for (const { id, key, keyId, path, model } of [...keys.slice(first), ...keys.slice(0, first)]) {
      const word = randomUUID();
      // oxlint-disable-next-line no-await-in-loop -- one after the other; the other people continue meanwhile
      const answer = await person.chat({
        projectId,
        text: `say: ${word}`,
        keyProvider: "personal",
        aiProvider: id,
        model,
        // Some name the key, the rest leave it to the default.
        ...(order % 2 === 0 ? { keyId } : {}),
      });
      said.push({ word, key, path, model, answer });
    }
    return said;
  };
  const turns = (await Promise.all(people.map(talk))).flat();
  expect(turns).toHaveLength(120);
  for (const { word, answer } of turns)
    expect({ text: answer.text, error: answer.error }).toEqual({ text: word, error: null });
  const { entries } = await standIn.journal({ bodies: false });
  for (const { word, key, path, model } of turns) {
    const arrived = entries.filter(({ lastUserText }) => lastUserText === `say: ${word}`);
    expect(arrived.map((entry) => ({ key: entry.apiKey, path: entry.path, model: entry.model }))).toEqual([
      { key, path, model },
    ]);
  }
});

describe.each(PROVIDERS)(
  "the receipt of an answer by $id",
  ({ id, prefix, model, costSource, priceSource }) => {
    test("names the key, counts every request of the turn and stores the prices used for the estimate", async () => {
      const person = await newPerson();
      const [projectId, threadId] = [await person.createProject(), randomUUID()];
      const key = await keyFor(prefix);
      const keyId = await person.saveKey(key, { provider: id, label: "Work" });
      // A round of tools: two requests for one answer.
      const mark = `${randomUUID()}.txt`;
      const answer = await person.chat({
        projectId,
        threadId,
        text: `tool: writeFile ${JSON.stringify({ path: mark, content: "x" })}`,
        keyProvider: "personal",
        aiProvider: id,
        model,
        keyId,
      });
      expect({ text: answer.text, error: answer.error }).toEqual({ text: "done", error: null });
      const arrived = await arrivedUpstream({ key });
      expect(arrived).toHaveLength(2);

      const [, stored] = await person.messagesOf(projectId, threadId);
      const metadata = chatMessageMetadataSchema.parse(stored?.metadata);
      expect(metadata).toMatchObject({
        keyProvider: "personal",
        aiProvider: id,
        model,
        keyId,
        keyLabel: "Work",
        keyLast4: key.slice(-4),
        cost: { source: costSource },
        latency: { firstTokenMs: expect.any(Number), totalMs: expect.any(Number) },
      });
      const rows = await sql("select * from usage_events where message_id = $1 order by round", [stored?.id]);
      const row = {
        provider: id,
        model,
        key_id: keyId,
        key_label: "Work",
        thread_id: threadId,
        requests: 1,
        outcome: "completed",
        cost_source: metadata.cost?.source,
      };
      expect(rows).toMatchObject([
        { ...row, round: 0 },
        { ...row, round: 1 },
      ]);
      const sum = (column: string) => rows.reduce((total, each) => total + Number(each[column]), 0);
      expect([sum("input_tokens"), sum("output_tokens"), sum("cost_micro_usd")]).toEqual([
        metadata.usage?.inputTokens,
        metadata.usage?.outputTokens,
        metadata.cost?.microUsd,
      ]);
      // The prices used for the estimate; a reported cost has none.
      expect(`${(rows[0]?.["price"] as { source: string } | null)?.source}`).toMatch(priceSource);
      expect(metadata.cost?.microUsd).toBeGreaterThan(0);
    });

    test("cached tokens are a part of the input, and cost less than fresh ones", async () => {
      const person = await newPerson();
      const [projectId, threadId] = [await person.createProject(), randomUUID()];
      const keyId = await person.saveKey(await keyFor(prefix), { provider: id });
      const ask = async () =>
        person.chat({
          projectId,
          threadId,
          text: "cached: hello",
          keyProvider: "personal",
          aiProvider: id,
          model,
          keyId,
        });
      await ask();
      await ask();
      const answers = (await person.messagesOf(projectId, threadId)).filter(
        ({ role }) => role === "assistant",
      );
      const [fresh, cached] = answers.map(({ metadata }) => chatMessageMetadataSchema.parse(metadata));
      expect(cached?.usage?.cachedInputTokens).toBeGreaterThan(0);
      expect(cached?.usage?.cachedInputTokens).toBeLessThanOrEqual(cached?.usage?.inputTokens ?? 0);
      expect(cached?.cost?.microUsd).toBeGreaterThan(0);
      expect(cached?.cost?.microUsd).toBeLessThan(fresh?.cost?.microUsd ?? 0);
    });
  },
);
