import { limitAmount, limitInWords } from "./limit-words";
import type { NotificationKind } from "./notification-kind";
import type { NotificationDetail } from "./notifications";
import type { LimitMeasure, LimitPeriod } from "./spending-limits";

/** What a person reads of a notification, wherever they read it. */
export interface NotificationSentence {
  /** One line. May hold what somebody typed, a key's label for example. */
  title: string;
  /** What it means, in a sentence or two. */
  text: string;
  /** The next step: a path of this application. */
  href: string;
  link: string;
}

/** Names of kinds, for settings and the subjects of mails. */
export const KIND_NAMES: Record<NotificationKind, string> = {
  limit_threshold: "A share of a limit is used",
  limit_request: "Somebody asks for more of a limit",
  key_expiring: "A key expires soon",
  key_expired: "A key has expired",
  key_rotation_due: "A key is due for replacement",
  key_failing: "A key fails at its provider",
  key_paused: "A key was paused",
  unusual_spending: "Unusual spending",
  reconciliation_gap: "A provider charged something else",
  webhook_disabled: "A webhook was disabled",
};

const KEYS = "/settings#keys";

/** Pages that a person and an operator each have of their own. */
const PAGES = {
  limits: { person: "/usage/limits", operator: "/settings/limits" },
  reconciliation: { person: "/usage/reconciliation", operator: "/settings/usage/reconciliation" },
} as const;
type Reader = keyof (typeof PAGES)["limits"];

/**
 * The one table of what notifications say. Details come from many places and stay for months, so that each
 * may be missing; the sentence then does without it.
 *
 * @param isOfInstallation whether it is told to operators
 */
export function notificationSentence(
  kind: NotificationKind,
  detail: NotificationDetail,
  isOfInstallation = false,
): NotificationSentence {
  return SENTENCES[kind](new Details(detail), isOfInstallation ? "operator" : "person");
}

const SENTENCES: Record<NotificationKind, (detail: Details, reader: Reader) => NotificationSentence> = {
  limit_threshold: (detail, reader) => {
    const percent = detail.number("percent") ?? detail.number("threshold");
    const period = PERIODS[detail.text("period") ?? ""] ?? "";
    const isUsedUp = percent !== null && percent >= 100;
    const name = `${detail.whose(reader)} limit${period}`;
    const used = detail.amountOf("spent");
    const all = detail.amountOf("amount");
    const reset = detail.date("resetsAt");
    return {
      title: isUsedUp
        ? `${name} is used up`
        : `${percent === null ? "Much" : `${percent}%`} of ${lower(name)} is used`,
      text: sentences(used && all ? `${used} of ${all}.` : "", reset ? `It begins anew on ${reset}.` : ""),
      href: PAGES.limits[reader],
      link: "See limits",
    };
  },
  limit_request: (detail, reader) => {
    const note = detail.text("note");
    const limit = detail.limit();
    return {
      title: `${detail.text("personName") ?? "Somebody"} asks for more`,
      text: note
        ? `They wrote: ${note}`
        : `${limit ? `Their limit of ${limit}` : "A limit"} keeps them from going on.`,
      href: PAGES.limits[reader],
      link: "See limits",
    };
  },
  key_expiring: (detail) => {
    const days = detail.number("days");
    const date = detail.date("expiresAt") ?? detail.date("at");
    // The date is exact; of the days only the step is told that was reached.
    const when = date
      ? `on ${date}`
      : days === null
        ? "soon"
        : days <= 1
          ? "within a day"
          : `within ${days} days`;
    return {
      title: `${detail.key()} expires ${when}`,
      text: "From then on it is not used. Extend it or replace it before.",
      href: KEYS,
      link: "Open API keys",
    };
  },
  key_expired: (detail) => ({
    title: `${detail.key()} has expired`,
    text: "It is not used any more. Extend it or replace it.",
    href: KEYS,
    link: "Open API keys",
  }),
  key_rotation_due: (detail) => ({
    title: `${detail.key()} is due for replacement`,
    text: "Make another one at its provider and replace it here.",
    href: KEYS,
    link: "Open API keys",
  }),
  key_failing: (detail) => ({
    title: `${detail.key()} ${FAILURES[detail.text("outcome") ?? ""] ?? "fails at its provider"}`,
    text: "Messages with it are not answered until that is mended.",
    href: KEYS,
    link: "Open API keys",
  }),
  key_paused: (detail) => ({
    title: `${detail.key()} was paused`,
    text: sentences(
      detail.text("sentence") ?? detail.text("why") ?? "It was used in an unusual way.",
      "Look at its use at the provider, then resume it or replace it.",
    ),
    href: KEYS,
    link: "Open API keys",
  }),
  unusual_spending: (detail) => ({
    title: `${detail.has("label", "last4", "providerName") ? detail.key() : "A key"} is used in an unusual way`,
    text: sentences(
      detail.text("sentence") ?? detail.text("why") ?? "",
      "If that was not you, pause the key and replace it.",
    ),
    href: KEYS,
    link: "Open API keys",
  }),
  reconciliation_gap: (detail, reader) => {
    const ours = detail.dollars("oursMicroUsd");
    const theirs = detail.dollars("theirsMicroUsd");
    const provider = detail.text("providerName");
    const day = detail.text("day");
    const key = detail.text("key");
    return {
      title: `${provider ?? "A provider"} charged something else than was counted here`,
      text: sentences(
        theirs && ours ? `${theirs} there, ${ours} here` : "Their figures and ours differ",
        key ? `for ${key}` : "",
        day ? `on ${day}` : "",
      ).concat("."),
      href: PAGES.reconciliation[reader],
      link: "Compare",
    };
  },
  webhook_disabled: (detail) => ({
    title: "A webhook was disabled",
    text: sentences(
      detail.text("why") === "gone"
        ? `Its receiver${at(detail)} says that it is gone.`
        : `Its receiver${at(detail)} has not taken anything for days.`,
      "Mend it, test the webhook, and enable it again.",
    ),
    href: "/notifications#webhooks",
    link: "Open webhooks",
  }),
};

const PERIODS: Record<string, string> = {
  day: " of today",
  week: " of this week",
  month: " of this month",
  total: "",
};

const FAILURES: Record<string, string> = {
  invalid: "is refused by its provider",
  no_credit: "has no credit left",
  forbidden: "may not do what it was asked for",
};

function at(detail: Details): string {
  const host = detail.text("host");
  return host ? ` at ${host}` : "";
}

function lower(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

function sentences(...parts: string[]): string {
  return parts.filter(Boolean).join(" ");
}

/** Reads what is there, in the form it should have; null for all else. */
class Details {
  readonly #detail: NotificationDetail;

  constructor(detail: NotificationDetail) {
    this.#detail = detail;
  }

  has(...names: string[]): boolean {
    return names.some((each) => this.text(each) !== null);
  }

  /** Without line breaks: a title is a line. */
  text(field: string): string | null {
    const value = this.#detail[field];
    if (typeof value !== "string") return null;
    return value.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim() || null;
  }

  number(field: string): number | null {
    const value = this.#detail[field];
    return typeof value === "number" && Number.isFinite(value) ? value : null;
  }

  date(field: string): string | null {
    const time = Date.parse(this.text(field) ?? "");
    if (Number.isNaN(time)) return null;
    const text = new Date(time).toLocaleString("en-GB", {
      dateStyle: "medium",
      timeStyle: "short",
      timeZone: "UTC",
    });
    return `${text} UTC`;
  }

  /** From micro-dollars. */
  dollars(field: string): string | null {
    const value = this.number(field);
    if (value === null) return null;
    return (value / 1_000_000).toLocaleString("en-US", { style: "currency", currency: "USD" });
  }

  /** In the measure of a limit. */
  amountOf(field: string): string | null {
    const value = this.number(field);
    if (value === null) return null;
    const measure = this.#measure();
    return measure ? limitAmount(measure, value) : value.toLocaleString("en-US");
  }

  /** "$5.00 a month" */
  limit(): string | null {
    const [measure, amount, period] = [this.#measure(), this.number("amount"), this.text("period")];
    if (!measure || amount === null || !isPeriod(period)) return null;
    return limitInWords({ measure, amount, period });
  }

  #measure(): LimitMeasure | null {
    const measure = this.text("measure");
    return isMeasure(measure) ? measure : null;
  }

  whose(reader: Reader): string {
    const scope = this.text("scope") ?? "";
    if (reader === "person" && ["person", "each_person"].includes(scope)) return "Your";
    return WHOSE[scope] ?? "A";
  }

  /** "Key “Work” (…1a2b)". */
  key(): string {
    const label = this.text("label");
    const provider = this.text("providerName");
    const last4 = this.text("last4");
    const called = label ? `Key “${label}”` : provider ? `Your ${provider} key` : "A key";
    return last4 ? `${called} (…${last4})` : called;
  }
}

const WHOSE: Record<string, string> = {
  person: "A person's",
  each_person: "A person's",
  key: "A key's",
  installation: "The installation's",
};

/* Not by their schemas: the browser does not load them for this. */
const MEASURES: Record<LimitMeasure, true> = {
  micro_usd: true,
  tokens: true,
  requests: true,
  parallel: true,
};
const LIMIT_PERIODS: Record<LimitPeriod, true> = {
  minute: true,
  day: true,
  week: true,
  month: true,
  total: true,
};

function isMeasure(text: string | null): text is LimitMeasure {
  return text !== null && Object.hasOwn(MEASURES, text);
}

function isPeriod(text: string | null): text is LimitPeriod {
  return text !== null && Object.hasOwn(LIMIT_PERIODS, text);
}
