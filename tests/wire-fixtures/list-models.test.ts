import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anthropic } from "@/domain/providers/anthropic/adapter";
import { google } from "@/domain/providers/google/adapter";
import { openaiCompatible } from "@/domain/providers/openai-compatible/adapter";
import { openrouter } from "@/domain/providers/openrouter/adapter";
import { PROVIDERS } from "@/domain/providers/registry";
import { type Fixture, fixturesOf } from "./fixtures";
import { type ReplayServer, replay, replayFixture, startReplayServer } from "./replay-server";

let server: ReplayServer;
beforeAll(async () => {
  server = await startReplayServer();
});
afterAll(() => server.close());

const ALL = PROVIDERS.map((adapter) => ({ id: adapter.facts.id, adapter }));

/** Two models of Anthropic's list, from `first` on. */
function page(first: number, more: boolean) {
  const data = [{ id: `model-${first}` }, { id: `model-${first + 1}` }];
  return replay(200, { data, has_more: more, last_id: `model-${first + 1}` });
}

/** One model of Google's list. */
function googlePage(id: string, nextPageToken?: string) {
  return replay(200, { models: [{ name: `models/${id}` }], ...(nextPageToken ? { nextPageToken } : {}) });
}

/** What is taken from an endpoint that lists `data`. */
function listOf(data: unknown[]) {
  server.answer(replay(200, { data }));
  return openaiCompatible.listModels(server.connect(openaiCompatible));
}

describe("a list of Anthropic's on several pages", () => {
  test("is read to its end", async () => {
    server.answer({
      "GET /v1/models?limit=1000": page(1, true),
      "GET /v1/models?limit=1000&after_id=model-2": page(3, true),
      "GET /v1/models?limit=1000&after_id=model-4": page(5, false),
    });
    const models = await anthropic.listModels(server.connect(anthropic));
    expect(models.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6].map((number) => `model-${number}`));
  });

  test("ends, although a server always says that there is more", async () => {
    server.answer(page(1, true));
    expect(await anthropic.listModels(server.connect(anthropic))).toHaveLength(2);
    expect(server.arrived).toHaveLength(5);
  });

  test("is not followed to another address by its cursor", async () => {
    server.answer(replay(200, { data: [], has_more: true, last_id: "x&limit=1/../../admin?" }));
    await anthropic.listModels(server.connect(anthropic));
    expect(server.arrived[1]?.request).toBe(
      "GET /v1/models?limit=1000&after_id=x%26limit%3D1%2F..%2F..%2Fadmin%3F",
    );
  });
});

describe("a list of Google's on several pages", () => {
  test("is read to its end", async () => {
    server.answer({
      "GET /v1/models?pageSize=1000": googlePage("one", "t&1"),
      "GET /v1/models?pageSize=1000&pageToken=t%261": googlePage("two"),
    });
    expect((await google.listModels(server.connect(google))).map(({ id }) => id)).toEqual(["one", "two"]);
  });

  test("ends, although a server always says that there is more", async () => {
    server.answer(googlePage("one", "more"));
    expect(await google.listModels(server.connect(google))).toHaveLength(1);
    expect(server.arrived).toHaveLength(5);
  });
});

test.each([404, 403])(
  "OpenRouter's whole list is read where the account's own is refused (%i)",
  async (status) => {
    server.answer({
      "GET /v1/models/user": replay(status, { error: { code: status, message: "no" } }),
      "GET /v1/models": replayFixture(fixturesOf("openrouter").get("model-list") as Fixture),
    });
    expect(await openrouter.listModels(server.connect(openrouter))).toHaveLength(4);
  },
);

test("OpenRouter's whole list does not stand in for a bad key", async () => {
  server.answer({
    "GET /v1/models/user": replayFixture(fixturesOf("openrouter").get("bad-key") as Fixture),
    "GET /v1/models": replayFixture(fixturesOf("openrouter").get("model-list") as Fixture),
  });
  await expect(openrouter.listModels(server.connect(openrouter))).rejects.toMatchObject({
    code: "provider_key_invalid",
  });
});

describe.each(ALL)("an invalid model list of $id", ({ adapter }) => {
  const list = () => adapter.listModels(server.connect(adapter));

  test.each([
    ["longer than may be read", `{"data":[],"padding":"${"x".repeat(5 * 1024 * 1024)}"}`],
    ["cut off", '{"data":[{"id":"model'],
    ["of another form", '{"data":{"id":"model"}}'],
    ["of text instead of names", '{"data":["model"]}'],
    ["empty", ""],
    ["deep", `${"[".repeat(20_000)}${"]".repeat(20_000)}`],
  ])("%s, is an answer that cannot be read", async (_name, body) => {
    server.answer(replay(200, body));
    await expect(list()).rejects.toMatchObject({ code: "provider_bad_response" });
  });

  test("an endless list is not read to its end", async () => {
    let sent = 0;
    server.answer((_request, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const piece = Buffer.alloc(256 * 1024, " ");
      const send = () => {
        // Four times the limit: a reader without a limit gets there.
        while (sent < 16 * 1024 * 1024 && !response.destroyed) {
          sent += piece.length;
          if (!response.write(piece)) {
            response.once("drain", send);
            return;
          }
        }
        response.end();
      };
      send();
    });
    await expect(list()).rejects.toMatchObject({ code: "provider_bad_response" });
    expect(sent).toBeLessThan(16 * 1024 * 1024);
  });
});

describe("what is taken from an untrusted list", () => {
  test("5000 models at most", async () => {
    const many = Array.from({ length: 5001 }, (_, number) => ({ id: `model-${number}` }));
    const models = await listOf(many);
    expect(models).toHaveLength(5000);
    expect(models.at(-1)?.id).toBe("model-4999");
  });

  test("any id that can be seen, each once", async () => {
    const good = [
      "a",
      "org/model:7b",
      "OpenAI#gpt-3.5",
      "Meta Llama 3 70B",
      "модель",
      "model (latest)",
      "a,b",
      "model=1",
      "C:\\models\\llama.gguf",
      "[test]gpt",
      "gpt-4|azure",
      "<script>",
      "ä",
      "y".repeat(200),
    ];
    const bad = ["a", "", " a ", "x".repeat(201), "a\u0000b", "a\u202eb", "a\u200bb", "a\nb", "\ud800"];
    expect((await listOf([...good, ...bad].map((id) => ({ id })))).map(({ id }) => id)).toEqual(good);
  });

  test("only plausible names and sizes", async () => {
    const models = await listOf([
      { id: "a", name: "n".repeat(500), max_model_len: -5 },
      { id: "b", name: 7, max_model_len: "8192", context_length: 4096 },
      { id: "c", max_context_length: 1.5 },
    ]);
    expect(models.map(({ name }) => name?.length ?? null)).toEqual([200, null, null]);
    expect(models.map(({ contextTokens }) => contextTokens)).toEqual([null, 4096, null]);
  });
});

/** Entries as the server of each provider writes them. */
const ENTRY: Record<string, (id: string) => object> = {
  google: (id) => ({ name: `models/${id}` }),
};

describe.each(ALL)("one odd entry never empties a list of $id", ({ id: provider, adapter }) => {
  const entry = ENTRY[provider] ?? ((id: string) => ({ id }));
  const idsIn = async (body: unknown) => {
    server.answer(replay(200, body));
    const models = await adapter.listModels(server.connect(adapter));
    return models.map(({ id }) => id);
  };

  test("whatever the entry is", async () => {
    const odd = [null, 7, "text", [], {}, { [provider === "google" ? "displayName" : "name"]: "no id" }];
    for (const item of odd) {
      const items = [entry("good-1"), item, entry("good-2")];
      expect(await idsIn({ [provider === "google" ? "models" : "data"]: items })).toEqual([
        "good-1",
        "good-2",
      ]);
    }
  });

  test("a field of another kind is not known, and says nothing against the rest", async () => {
    const fields =
      "name display_name displayName max_input_tokens context_length max_context_length inputTokenLimit lifecycle capabilities pricing supported_parameters supportedGenerationMethods created owned_by";
    const odd = Object.fromEntries(fields.split(" ").map((field) => [field, { odd: [true] }]));
    const items = [{ ...odd, ...entry("good-1") }, entry("good-2")];
    expect(await idsIn({ [provider === "google" ? "models" : "data"]: items })).toEqual(["good-1", "good-2"]);
  });

  test("the list may be wrapped, nested or bare", async () => {
    const items = [entry("good-1"), entry("good-2")];
    const forms = [
      items,
      { data: items },
      { models: items },
      { object: "list", body: items },
      { object: "list", body: { data: items } },
      { data: { models: items } },
      { result: { data: items } },
    ];
    for (const form of forms) expect(await idsIn(form)).toEqual(["good-1", "good-2"]);
  });

  test("a byte order mark and another type do not matter", async () => {
    server.answer(
      replay(200, `\ufeff${JSON.stringify({ data: [entry("good-1")] })}`, { "content-type": "text/plain" }),
    );
    expect((await adapter.listModels(server.connect(adapter))).map(({ id }) => id)).toEqual(["good-1"]);
  });

  test("an error that comes with 200 is that error", async () => {
    server.answer(replay(200, { error: { message: "Invalid API key", code: "invalid_api_key" } }));
    await expect(adapter.listModels(server.connect(adapter))).rejects.toMatchObject({
      code: "provider_key_invalid",
    });
  });
});

async function endpointIdsIn(body: unknown) {
  server.answer(replay(200, body));
  return (await openaiCompatible.listModels(server.connect(openaiCompatible))).map(({ id }) => id);
}

test("lists of a custom endpoint: by name, by number, grouped, keyed by id", async () => {
  expect(await endpointIdsIn({ models: [{ name: "llama3:8b", model: "llama3:8b" }, { name: "b" }] })).toEqual(
    ["llama3:8b", "b"],
  );
  expect(await endpointIdsIn({ data: [{ id: 7 }, { id: "a" }] })).toEqual(["7", "a"]);
  expect(
    await endpointIdsIn({ data: [{ provider: "x", models: [{ id: "a" }] }, { models: [{ id: "b" }] }] }),
  ).toEqual(["a", "b"]);
  expect(await endpointIdsIn({ models: { a: { context_length: 1 }, b: {} } })).toEqual(["a", "b"]);
  expect(await endpointIdsIn({ object: "list", data: null })).toEqual([]);
});

async function priceOf(prompt: unknown, completion: unknown = prompt) {
  server.answer(replay(200, { data: [{ id: "x/y", pricing: { prompt, completion } }] }));
  return (await openrouter.listModels(server.connect(openrouter)))[0]?.price;
}

test("OpenRouter's prices: what is empty, negative or absurd is not known, and 0 is free", async () => {
  for (const unknown of ["", " ", null, "-1", -1, "free", "1e9", "5", {}, "NaN", "Infinity", true, "0x1"]) {
    expect(await priceOf(unknown)).toBeNull();
  }
  expect(await priceOf("0", "0.000001")).toMatchObject({ input: 0, output: 1_000_000 });
  expect(await priceOf(0, 1e-6)).toMatchObject({ input: 0, output: 1_000_000, cachedInput: null });
});
