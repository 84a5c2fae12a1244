import type { KeyBehaviour } from "./key-behaviours";

export interface DemoKey {
  key: string;
  label: string;
  /** One sentence for the person trying the demo. */
  whatHappens: string;
  behaviour: KeyBehaviour;
}

/**
 * A key with the length (108) and ending of a real one, so that masks, format hints and column widths meet realistic
 * input. Built rather than written out, so that no secret scanner takes this repository for a leak.
 *
 * @param name Shows in the key what it is for.
 * @param mark Two characters before the closing "AA", so that the last four tell demo keys apart.
 */
function demoKey(name: string, mark: string): string {
  return `${`sk-ant-api03-DEMO-not-a-real-key-${name}-`.padEnd(104, "demo0")}${mark}AA`;
}

/** The key the demo's own server pays with. */
export const PLATFORM_DEMO_KEY = demoKey("platform", "p1");
/** The key a person saves in the demo as their own. */
export const PERSONAL_DEMO_KEY = demoKey("personal", "u1");
/** A second good key, to try replacing the first. */
const OTHER_PERSONAL_DEMO_KEY = demoKey("personal-2", "u2");

export const demoKeys: readonly DemoKey[] = [
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
];

/**
 * The demo key with this behaviour (for "answers": the personal one).
 *
 * @throws RangeError when no demo key has it.
 */
export function demoKeyThat(behaviour: KeyBehaviour): string {
  if (behaviour === "answers") return PERSONAL_DEMO_KEY;
  const found = demoKeys.find((demo) => demo.behaviour === behaviour);
  if (!found) throw new RangeError(`No demo key has the behaviour "${behaviour}".`);
  return found.key;
}
