import { randomBytes, randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { type ChatError, chatErrorSchema } from "@/contracts/chat";
import type { ErrorCode } from "@/contracts/error";
import type { ThreadMessage } from "@/contracts/threads";
import { anthropicError } from "../../demo/stand-in/dialects/anthropic/refusals";
import { failureOf, type KeyBehaviour, keyBehaviours } from "../../demo/stand-in/key-behaviours";
import { sql } from "../http/support/database";
import { newPerson } from "../http/support/new-person";
import { arrivedUpstream, newKey, standIn } from "../http/support/stand-in";
import { type HttpPerson, userMessage } from "../support/http-person";
import { freePort } from "../support/real-postgres";
import { productWith } from "./support/product-with";

/** What follows an answer follows at once; a busy machine may be slow. */
const SOON = { timeout: 60_000, interval: 20 };

interface Expectation {
  code: ErrorCode;
  action: ChatError["action"];
  /** What the sentence has to say. */
  says: RegExp;
  /** Whether a part of the answer had arrived, which is kept. */
  partial?: true;
}

/**
 * Behaviours that do not make a message to the model asked here fail: content that is refused ends the answer
 * early.
 */
const others = ["answers", "answers-late", "may-not-list", "model-not-allowed", "content-refused"] as const;

const failures: Record<Exclude<KeyBehaviour, (typeof others)[number]>, Expectation> = {
  invalid: { code: "provider_key_invalid", action: "open_api_keys", says: /does not accept your API key/ },
  "invalid-echoing-key": {
    code: "provider_key_invalid",
    action: "open_api_keys",
    says: /does not accept your API key/,
  },
  forbidden: {
    code: "provider_key_forbidden",
    action: "switch_model",
    says: /may not use this model/,
  },
  "no-credit": { code: "provider_credit_exhausted", action: "open_billing", says: /no credit left/ },
  "context-too-long": {
    code: "provider_context_too_long",
    action: "edit_message",
    says: /longer than the model can read/,
  },
  "rate-limited": {
    code: "provider_rate_limited",
    action: "retry",
    says: /rate limit for your key.*in 7 seconds/,
  },
  overloaded: { code: "provider_overloaded", action: "retry", says: /overloaded.*key is fine/ },
  "server-error": { code: "provider_error", action: "retry", says: /problem on its side.*key is fine/ },
  "never-answers": { code: "provider_timeout", action: "retry", says: /did not answer in time/ },
  garbage: { code: "provider_bad_response", action: "retry", says: /could not be read/ },
  "broken-stream": {
    code: "provider_bad_response",
    action: "retry",
    says: /could not be read/,
    partial: true,
  },
  "mid-stream-error": {
    code: "provider_overloaded",
    action: "retry",
    says: /overloaded.*key is fine/,
    partial: true,
  },
  "hangs-up": { code: "stream_interrupted", action: "retry", says: /interrupted.*kept/, partial: true },
  stalls: { code: "provider_timeout", action: "retry", says: /sent nothing more in time/, partial: true },
};

/** Every run of eight characters: longer than chance, shorter than a key. */
function windowsOf(secret: string): string[] {
  return Array.from({ length: secret.length - 7 }, (_, start) => secret.slice(start, start + 8));
}

/** A key with unique windows; the usual prefix of a key is no secret. */
function secretPartOf(key: string): string {
  return key.replace(/^sk-(ant-api03|proj)-/, "");
}

function textOf(message: ThreadMessage | undefined): string {
  return (message?.parts ?? [])
    .flatMap((part) => (part.type === "text" ? [String(part["text"])] : []))
    .join("");
}

/** The platform's key of this file's product, which tests give one behaviour after another. */
const platformKey = `sk-ant-api03-${randomBytes(69).toString("base64url")}AAA`;

/** Long enough for an answer on a busy machine; the waits run concurrently. */
const PATIENCE_SECONDS = 4;

productWith({
  ANTHROPIC_API_KEY: platformKey,
  PROVIDER_TIMEOUT_SECONDS: String(PATIENCE_SECONDS),
  // Nothing listens there.
  OPENAI_BASE_URL: `http://127.0.0.1:${await freePort()}`,
  OPENAI_API_KEY: "sk-proj-of-the-platform",
});

describe("each way a provider fails", () => {
  test("is tested", () => {
    expect([...others, ...Object.keys(failures)].toSorted()).toEqual(keyBehaviours.toSorted());
  });

  test.concurrent.for(Object.entries(failures))(
    "%s: one clear error that stays on its message, nothing lost, and the conversation goes on",
    async ([behaviour, { code, action, says, partial }], { expect }) => {
      const person = await newPerson();
      const projectId = await person.createProject();
      const [failing, good] = [await newKey(behaviour as KeyBehaviour), await newKey()];
      const threadId = randomUUID();
      const question = userMessage("long: 100");
      await person.saveKey(failing);
      const answer = await person.chat({
        projectId,
        threadId,
        messages: [question],
        keyProvider: "personal",
      });

      expect(answer.status).toBe(200);
      const errors = answer.chunks.filter(({ type }) => type === "data-chat-error");
      expect(errors).toHaveLength(1);
      expect(answer.chunks.filter(({ type }) => type === "error")).toHaveLength(1);
      const error = chatErrorSchema.parse(errors[0]?.data);
      expect(error).toMatchObject({ code, action, message: expect.stringMatching(says) });
      expect(answer.chunks.find(({ type }) => type === "error")).toMatchObject({ errorText: error.message });

      // The message is ours: nothing of the provider's text, nothing of the key.
      const request = {
        endpoint: "chat",
        model: "",
        inputTokens: 0,
        contextWindow: 0,
        lastUserText: "",
      } as const;
      const theirs = failureOf(behaviour as KeyBehaviour, { ...request, key: failing });
      expect(answer.raw).not.toContain(theirs ? anthropicError(theirs).message : "Sign in to the network");
      expect(windowsOf(secretPartOf(failing)).filter((window) => answer.raw.includes(window))).toEqual([]);
      expect(/invalid|not accept/i.test(error.message)).toBe(behaviour.startsWith("invalid"));

      // Stored: the question, what arrived of the answer, and its error.
      const [asked, failed, ...more] = await person.messagesOf(projectId, threadId);
      expect(more).toEqual([]);
      expect(asked).toMatchObject({ id: question.id, role: "user", parts: question.parts });
      expect(failed).toMatchObject({
        role: "assistant",
        parentId: question.id,
        metadata: { outcome: "failed" },
      });
      // A stream that breaks says so in its own words.
      const ends = /stopped in the middle|interrupted/.test(error.message);
      expect(ends).toBe(partial === true);
      expect(failed?.parts.filter(({ type }) => type === "data-chat-error")).toMatchObject([{ data: error }]);
      expect(textOf(failed)).toBe(answer.text);
      expect(answer.text.length > 0).toBe(partial === true);

      // Once: retrying is the person's decision.
      expect(await arrivedUpstream({ key: failing })).toHaveLength(1);
      const usage = await sql("select * from usage_events where message_id = $1", [failed?.id]);
      expect(usage).toMatchObject([
        { outcome: "failed", error_code: code, key_provider: "personal", key_last4: failing.slice(-4) },
      ]);

      // The conversation continues in the same thread, with the failure in its history.
      await person.saveKey(good);
      const messages = [question, failed, userMessage("say: going on")];
      const next = await person.chat({ projectId, threadId, messages, keyProvider: "personal" });
      expect(next).toMatchObject({ status: 200, text: "going on", error: null });
      expect(await person.messagesOf(projectId, threadId)).toHaveLength(4);
      const [arrived] = await arrivedUpstream({ key: good });
      expect(JSON.stringify(arrived?.body)).not.toContain("chat-error");
    },
  );
});

describe("when a provider fails", () => {
  let person: HttpPerson;
  let projectId: string;
  beforeAll(async () => {
    person = await newPerson();
    projectId = await person.createProject();
  });

  test("a silent provider times out after the configured time, and its connection is closed", async () => {
    const waits = (["never-answers", "stalls"] as const).map(async (behaviour) => {
      const [waiting, silent] = [await newPerson(), await newKey(behaviour)];
      await waiting.saveKey(silent);
      await waiting.chat({
        projectId: await waiting.createProject(),
        text: "long: 100",
        keyProvider: "personal",
      });
      const arrived = async () => (await arrivedUpstream({ key: silent }))[0];
      await expect.poll(arrived, SOON).toMatchObject({ aborted: true });
      return arrived();
    });
    for (const request of await Promise.all(waits)) {
      const seconds = ((request?.endedAtMs ?? 0) - (request?.startedAtMs ?? 0)) / 1000;
      expect(seconds).toBeGreaterThan(PATIENCE_SECONDS - 0.1);
      expect(seconds).toBeLessThan(3 * PATIENCE_SECONDS);
    }
  });

  test("a failure of one person's key does not touch the next person's message", async () => {
    const [unlucky, lucky] = [person, await newPerson()];
    await unlucky.saveKey(await newKey("overloaded"));
    await lucky.saveKey(await newKey());
    const luckyProject = await lucky.createProject();
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        index % 2 === 0
          ? unlucky.chat({ projectId, text: "say: hello", keyProvider: "personal" })
          : lucky.chat({ projectId: luckyProject, text: "say: hello", keyProvider: "personal" }),
      ),
    );
    expect(answers.map(({ text, error }) => error?.code ?? text)).toEqual(
      Array.from({ length: 6 }, (_, index) => (index % 2 === 0 ? "provider_overloaded" : "hello")),
    );
  });
});

describe("failures of the platform's key", () => {
  let person: HttpPerson;
  beforeAll(async () => {
    person = await newPerson();
  });

  test.each<[KeyBehaviour, ErrorCode, RegExp]>([
    [
      "invalid-echoing-key",
      "provider_key_invalid",
      /does not accept this server's platform key.*choose your own key/,
    ],
    ["forbidden", "provider_key_forbidden", /This server's platform key may not use this model/],
    ["no-credit", "provider_credit_exhausted", /This server's credit.*Choose your own key/],
    ["rate-limited", "provider_rate_limited", /rate limit for the platform key/],
    ["overloaded", "provider_overloaded", /The platform key is fine/],
    ["server-error", "provider_error", /The platform key is fine/],
  ])(
    "%s is reported as the server's problem, and no personal key is used instead",
    async (behaviour, code, says) => {
      const own = await newKey();
      await person.saveKey(own);
      await standIn.setKey(platformKey, behaviour);
      const answer = await person.chat({
        projectId: await person.createProject(),
        text: "say: hello",
        keyProvider: "platform",
      });
      expect(answer.error).toMatchObject({ code, message: expect.stringMatching(says) });
      expect(answer.error.action).not.toBe("open_api_keys");
      expect(windowsOf(secretPartOf(platformKey)).filter((window) => answer.raw.includes(window))).toEqual(
        [],
      );
      expect(await arrivedUpstream({ key: own })).toEqual([]);
    },
  );
});

describe("a provider that cannot be reached", () => {
  test("one clear error, the question kept, and no part of the address or the key in it", async () => {
    const person = await newPerson();
    const projectId = await person.createProject();
    const key = await newKey(undefined, "openai");
    await person.saveKey(key, { provider: "openai" });
    const chosen = { aiProvider: "openai", model: "gpt-6-luna" };
    for (const keyProvider of ["platform", "personal"]) {
      const threadId = randomUUID();
      const answer = await person.chat({ projectId, threadId, text: "say: hello", keyProvider, ...chosen });
      expect(answer.error).toMatchObject({
        code: "provider_unreachable",
        action: "retry",
        message: expect.stringMatching(/cannot be reached from this server/),
      });
      expect(answer.raw).not.toMatch(/ECONNREFUSED|127\.0\.0\.1|fetch failed/);
      expect(windowsOf(secretPartOf(key)).filter((window) => answer.raw.includes(window))).toEqual([]);
      const stored = await person.messagesOf(projectId, threadId);
      expect(stored.map(({ role }) => role)).toEqual(["user", "assistant"]);
      expect(stored[1]?.parts).toContainEqual(
        expect.objectContaining({ type: "data-chat-error", data: answer.error }),
      );
    }
  });
});
