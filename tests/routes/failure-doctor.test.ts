import { randomBytes, randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { type AiKeySummary, type KeyHealthOutcome } from "@/contracts/ai-keys";
import { chatErrorSchema } from "@/contracts/chat";
import type { ErrorCode } from "@/contracts/error";
import type { ErrorAction } from "@/contracts/error-table";
import type { KeyBehaviour } from "../../demo/stand-in/key-behaviours";
import { newPerson } from "../http/support/new-person";
import { arrivedUpstream, standIn } from "../http/support/stand-in";
import { type HttpPerson, userMessage } from "../support/http-person";
import { productWith } from "./support/product-with";

const PROVIDERS = [
  { id: "anthropic", name: "Anthropic", prefix: "sk-ant-api03-", model: "claude-haiku-4-5" },
  { id: "openai", name: "OpenAI", prefix: "sk-proj-", model: "gpt-5-mini" },
  { id: "openrouter", name: "OpenRouter", prefix: "sk-or-v1-", model: "anthropic/claude-haiku-4.5" },
] as const;

interface Diagnosis {
  code: ErrorCode;
  /** All actions offered, the likeliest first. */
  clicks: ErrorAction[];
  /** The key's health afterwards; null if nothing was learned. */
  health: KeyHealthOutcome | null;
  /** Whether its owner is notified. */
  notice?: true;
}

/** One taxonomy for every provider, whatever it calls its errors. */
const DIAGNOSES: Partial<Record<KeyBehaviour, Diagnosis>> = {
  invalid: {
    code: "provider_key_invalid",
    clicks: ["open_api_keys", "switch_key"],
    health: "invalid",
    notice: true,
  },
  "invalid-echoing-key": {
    code: "provider_key_invalid",
    clicks: ["open_api_keys", "switch_key"],
    health: "invalid",
    notice: true,
  },
  forbidden: {
    code: "provider_key_forbidden",
    clicks: ["switch_model", "switch_key", "open_api_keys"],
    health: "forbidden",
    notice: true,
  },
  "no-credit": {
    code: "provider_credit_exhausted",
    clicks: ["open_billing", "switch_key"],
    health: "no_credit",
    notice: true,
  },
  "rate-limited": {
    code: "provider_rate_limited",
    clicks: ["retry", "switch_key", "switch_model"],
    health: "rate_limited",
  },
  overloaded: { code: "provider_overloaded", clicks: ["retry", "switch_model"], health: "unknown" },
  "server-error": { code: "provider_error", clicks: ["retry", "switch_model"], health: "unknown" },
  "never-answers": { code: "provider_timeout", clicks: ["retry", "switch_model"], health: "unreachable" },
  garbage: { code: "provider_bad_response", clicks: ["retry", "switch_model"], health: "unknown" },
  "mid-stream-error": { code: "provider_overloaded", clicks: ["retry", "switch_model"], health: "unknown" },
  "hangs-up": { code: "stream_interrupted", clicks: ["retry"], health: "unknown" },
  "context-too-long": {
    code: "provider_context_too_long",
    clicks: ["edit_message", "new_thread", "switch_model"],
    health: null,
  },
  "content-refused": {
    code: "provider_content_refused",
    clicks: ["edit_message", "switch_model"],
    health: null,
  },
};

/** About the conversation or the connection, whatever the provider. */
const OF_NO_PROVIDER: ReadonlySet<ErrorCode> = new Set(["provider_context_too_long", "stream_interrupted"]);

/** Long enough for an answer on a busy machine; the waits run concurrently. */
productWith({ PROVIDER_TIMEOUT_SECONDS: "4" });

describe.each(PROVIDERS)("$name", ({ id, name, prefix, model }) => {
  let person: HttpPerson;
  let projectId: string;
  beforeAll(async () => {
    person = await newPerson();
    projectId = await person.createProject();
  });

  async function keyThat(behaviour?: KeyBehaviour): Promise<{ key: string; keyId: string }> {
    const key = `${prefix}${randomBytes(48).toString("base64url")}AAA`;
    await standIn.setKey(key, behaviour);
    return { key, keyId: await person.saveKey(key, { provider: id, label: behaviour ?? "good" }) };
  }

  async function known(keyId: string): Promise<AiKeySummary | undefined> {
    const { keys } = (await person.call("GET", "/api/v1/user/ai-keys")).body as { keys: AiKeySummary[] };
    return keys.find((key) => key.id === keyId);
  }

  test("a limit says whose it is and until when", async () => {
    const { keyId } = await keyThat("rate-limited");
    const before = Date.now();
    const answer = await person.chat({
      projectId,
      text: "say: hello",
      keyProvider: "personal",
      aiProvider: id,
      model,
      keyId,
    });
    const error = chatErrorSchema.parse(answer.error);
    expect(error.message).toContain(`${name}'s limit, not this server's`);
    const retryAt = Date.parse(error.retryAt ?? "");
    expect(retryAt).toBeGreaterThanOrEqual(before + 7_000);
    expect(retryAt).toBeLessThanOrEqual(Date.now() + 7_000);
  });

  test.concurrent.for(Object.entries(DIAGNOSES))(
    "%s: the error, its actions and the key's health",
    async ([behaviour, diagnosis], { expect }) => {
      const { key, keyId } = await keyThat(behaviour as KeyBehaviour);
      const threadId = randomUUID();
      const question = userMessage("long: 60");
      const chosen = { projectId, threadId, keyProvider: "personal", aiProvider: id, model };
      const answer = await person.chat({ ...chosen, keyId, messages: [question] });
      const error = chatErrorSchema.parse(answer.error);
      expect([error.code, error.action, ...(error.otherActions ?? [])]).toEqual([
        diagnosis.code,
        ...diagnosis.clicks,
      ]);
      expect(error.billingUrl !== undefined).toBe(diagnosis.clicks.includes("open_billing"));
      expect(answer.raw).not.toContain(key.slice(prefix.length, prefix.length + 12));
      expect(error.message).toContain(OF_NO_PROVIDER.has(error.code) ? "" : name);
      // One request, no automatic retry, and the question is kept.
      expect(await arrivedUpstream({ key })).toHaveLength(1);
      const [asked, failed] = await person.messagesOf(projectId, threadId);
      expect(asked?.id).toBe(question.id);

      // Learned after the answer has ended.
      await expect.poll(async () => (await known(keyId))?.health?.outcome ?? null).toBe(diagnosis.health);
      expect(await known(keyId)).toMatchObject({ status: "ok", hasNotice: diagnosis.notice === true });

      // The same question with another key is answered, with the failure in the history.
      const good = await keyThat();
      const messages = [question, failed, userMessage("say: going on")];
      const next = await person.chat({ ...chosen, keyId: good.keyId, messages });
      expect({ text: next.text, error: next.error }).toEqual({ text: "going on", error: null });
      await expect.poll(async () => (await known(good.keyId))?.health?.outcome).toBe("ok");
    },
  );
});
