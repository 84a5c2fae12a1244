import type { DemoKey } from "./demo-key";
import type { ProviderId } from "./dialects/dialect";
import { places } from "./dialects/places";
import type { KeyBehaviour } from "./key-behaviours";

/**
 * A key with the length (108) and ending of a real one, so that masks, format hints and column widths meet
 * realistic input. Built, not written out, so that secret scanners do not report this repository.
 *
 * @param name shown in the key to say what it is for
 * @param mark two characters before the closing "AA", so that the last four identify a demo key
 */
function demoKey(name: string, mark: string): string {
  return `${`sk-ant-api03-DEMO-not-a-real-key-${name}-`.padEnd(104, "demo0")}${mark}AA`;
}

/**
 * Like demoKey, with the length (164) of an OpenAI project key, without the marker that secret scanners look
 * for.
 */
function openAiDemoKey(name: string, mark: string): string {
  return `${`sk-proj-DEMO-not-a-real-key-${name}-`.padEnd(160, "demo0")}${mark}AA`;
}

/**
 * Like demoKey, with the length (73) of an OpenRouter key; the letters of the name are no hex digits, unlike
 * a real one's.
 */
function openRouterDemoKey(name: string, mark: string): string {
  return `${`sk-or-v1-DEMO-not-a-real-key-${name}-`.padEnd(69, "demo0")}${mark}AA`;
}

/** The platform key of the demo server. */
export const PLATFORM_DEMO_KEY = demoKey("platform", "p1");
/** The key a person saves in the demo as their own. */
export const PERSONAL_DEMO_KEY = demoKey("personal", "u1");
/** Keys a person saves in the demo for other providers. */
export const OPENAI_DEMO_KEY = openAiDemoKey("personal", "o1");
export const OPENROUTER_DEMO_KEY = openRouterDemoKey("personal", "r1");
export const COMPATIBLE_DEMO_KEY = "DEMO-not-a-real-key-gateway-c1AA";
/** A second good key, to try replacing the first. */
const OTHER_PERSONAL_DEMO_KEY = demoKey("personal-2", "u2");

const anthropicKeys: readonly Omit<DemoKey, "provider">[] = [
  {
    key: PLATFORM_DEMO_KEY,
    label: "platform",
    whatHappens: "Works. The demo's server already uses it as the platform key.",
    behaviour: "answers",
  },
  {
    key: PERSONAL_DEMO_KEY,
    label: "personal",
    whatHappens: "Works. Save it as your own key.",
    behaviour: "answers",
  },
  {
    key: OTHER_PERSONAL_DEMO_KEY,
    label: "another personal",
    whatHappens: "Works. Replace your key with it.",
    behaviour: "answers",
  },
  {
    key: demoKey("revoked", "e1"),
    label: "revoked",
    whatHappens: "401: the provider does not know the key. Any key not in this list does the same.",
    behaviour: "invalid",
  },
  {
    key: demoKey("echoed", "e2"),
    label: "echoed",
    whatHappens: "401 whose message contains the whole key; it must never reach the page.",
    behaviour: "invalid-echoing-key",
  },
  {
    key: demoKey("forbidden", "e3"),
    label: "forbidden",
    whatHappens: "403: the key may not use this model.",
    behaviour: "forbidden",
  },
  {
    key: demoKey("no-credit", "e4"),
    label: "no credit",
    whatHappens: "400: the account's credit balance is too low. Listing models still works.",
    behaviour: "no-credit",
  },
  {
    key: demoKey("rate-limited", "e5"),
    label: "rate limited",
    whatHappens: "429: too many requests, try again in 7 seconds.",
    behaviour: "rate-limited",
  },
  {
    key: demoKey("overloaded", "e6"),
    label: "overloaded",
    whatHappens: "529: the provider is overloaded.",
    behaviour: "overloaded",
  },
  {
    key: demoKey("server-error", "e7"),
    label: "server error",
    whatHappens: "500: the provider failed.",
    behaviour: "server-error",
  },
  {
    key: demoKey("never-answers", "e8"),
    label: "never answers",
    whatHappens: "The provider takes the request and stays silent until you stop or the request times out.",
    behaviour: "never-answers",
  },
  {
    key: demoKey("garbage", "e9"),
    label: "garbage",
    whatHappens: "200 with a web page instead of an answer, as from a captive portal or proxy.",
    behaviour: "garbage",
  },
  {
    key: demoKey("broken-stream", "f1"),
    label: "broken stream",
    whatHappens: "The answer begins, then the stream carries broken JSON.",
    behaviour: "broken-stream",
  },
  {
    key: demoKey("mid-stream-error", "f2"),
    label: "mid-stream error",
    whatHappens: "The answer begins, then the provider reports that it is overloaded.",
    behaviour: "mid-stream-error",
  },
  {
    key: demoKey("hangs-up", "f3"),
    label: "hangs up",
    whatHappens: "The answer begins, then the connection breaks.",
    behaviour: "hangs-up",
  },
  {
    key: demoKey("stalls", "f4"),
    label: "stalls",
    whatHappens: "The answer begins, then nothing more comes until you stop.",
    behaviour: "stalls",
  },
  {
    key: demoKey("model-not-allowed", "e0"),
    label: "model not allowed",
    whatHappens: "Works, but not with Opus: 403.",
    behaviour: "model-not-allowed",
  },
  {
    key: demoKey("may-not-list", "f5"),
    label: "may not list",
    whatHappens: "Works, but may not list models: 403.",
    behaviour: "may-not-list",
  },
  {
    key: demoKey("context-too-long", "f6"),
    label: "context too long",
    whatHappens: "400: the conversation is longer than the model can take.",
    behaviour: "context-too-long",
  },
  {
    key: demoKey("content-refused", "f7"),
    label: "content refused",
    whatHappens: "The answer begins, then the model refuses to go on.",
    behaviour: "content-refused",
  },
];

const otherKeys: readonly DemoKey[] = [
  {
    provider: "openai",
    key: OPENAI_DEMO_KEY,
    label: "OpenAI",
    whatHappens: "Works.",
    behaviour: "answers",
  },
  {
    provider: "openai",
    key: openAiDemoKey("revoked", "o2"),
    label: "OpenAI, revoked",
    whatHappens: "401: the provider does not know the key.",
    behaviour: "invalid",
  },
  {
    provider: "openai",
    key: openAiDemoKey("no-credit", "o3"),
    label: "OpenAI, no credit",
    whatHappens: "429 that is no rate limit: the account's quota is used up.",
    behaviour: "no-credit",
  },
  {
    provider: "openai",
    key: openAiDemoKey("restricted", "o4"),
    label: "OpenAI, restricted",
    whatHappens: "Works, but may not list models: 403.",
    behaviour: "may-not-list",
  },
  {
    provider: "openrouter",
    key: OPENROUTER_DEMO_KEY,
    label: "OpenRouter",
    whatHappens: "Works.",
    behaviour: "answers",
  },
  {
    provider: "openrouter",
    key: openRouterDemoKey("revoked", "r2"),
    label: "OpenRouter, revoked",
    whatHappens: "401: the provider does not know the key.",
    behaviour: "invalid",
  },
  {
    provider: "openrouter",
    key: openRouterDemoKey("no-credit", "r3"),
    label: "OpenRouter, no credit",
    whatHappens: "402: the account has no credit left.",
    behaviour: "no-credit",
  },
  {
    provider: "openai-compatible",
    key: COMPATIBLE_DEMO_KEY,
    label: "custom endpoint",
    whatHappens: "Works at the stand-in's address with /compatible/v1 behind it.",
    behaviour: "answers",
  },
];

export const demoKeys: readonly DemoKey[] = [
  ...anthropicKeys.map((demo) => ({ provider: "anthropic" as const, ...demo })),
  ...otherKeys,
  ...places.flatMap(({ dialect }) =>
    (dialect.demoKeys ?? []).map((demo) => ({ provider: dialect.provider, ...demo })),
  ),
];

/**
 * The demo key with this behaviour (for "answers": the personal one).
 *
 * @throws RangeError if no demo key of the provider has it
 */
export function demoKeyThat(behaviour: KeyBehaviour, provider: ProviderId = "anthropic"): string {
  if (behaviour === "answers" && provider === "anthropic") return PERSONAL_DEMO_KEY;
  const found = demoKeys.find((demo) => demo.behaviour === behaviour && demo.provider === provider);
  if (!found) throw new RangeError(`No demo key of ${provider} has the behaviour "${behaviour}".`);
  return found.key;
}
