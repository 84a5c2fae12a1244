import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { AuditEventEntry } from "@/contracts/audit-log";
import { AUDIT_SENTENCES, sentenceOf } from "./audit-sentences";
import { type AuditThings, wordsOf } from "./audit-words";

const LIST = path.resolve(import.meta.dirname, "../../domain/vault/audit/audit-event.ts");
const PROVIDERS = new Map([["anthropic", "Anthropic"]]);
const THINGS: AuditThings = {
  key: { kind: "key", provider: "anthropic", label: "Work", last4: "1234" },
  project: { kind: "project", name: "Notes" },
  me: { kind: "my_account" },
  ada: { kind: "account", name: "Ada", email: "ada@example.com" },
};

function sentence(event: Partial<AuditEventEntry>): string {
  const whole: AuditEventEntry = {
    kind: "event",
    id: "id",
    at: "2026-11-30T08:00:00.000000Z",
    action: "ai_key.saved",
    actor: { kind: "me" },
    objectId: null,
    detail: {},
    session: null,
    seq: null,
    mac: null,
    ...event,
  };
  return sentenceOf(wordsOf(whole, THINGS, PROVIDERS));
}

describe("the sentence of an audit record", () => {
  const actions = [...readFileSync(LIST, "utf8").matchAll(/^ {2}\| "([a-z_]+\.[a-z_]+)"/gm)].map(
    ([, action = ""]) => action,
  );

  it("exists for each action of the closed list", () => {
    expect(actions.length).toBeGreaterThan(40);
    const without = actions.filter((action) => !(action in AUDIT_SENTENCES));
    expect(without, "give each of these a sentence in components/audit-log/audit-sentences.ts").toEqual([]);
  });

  it.each([...new Set([...actions, ...Object.keys(AUDIT_SENTENCES)])])(
    "of %s says who or what, whoever acted and whatever the record lacks",
    (action) => {
      for (const kind of ["me", "someone"] as const) {
        for (const objectId of [null, "key", "project", "me", "ada", "gone"]) {
          const text = sentence({ action, actor: { kind }, objectId });
          expect(text).toMatch(/^[A-Z].{8,}[^.]$/);
          expect(text).not.toMatch(/undefined|null|NaN| {2}/);
        }
      }
    },
  );

  it.each<[Partial<AuditEventEntry>, string]>([
    [{ action: "ai_key.replaced", objectId: "key" }, "You replaced the key “Work” (…1234) of Anthropic"],
    [
      { action: "ai_key.deleted", objectId: "gone", detail: { provider: "anthropic" } },
      "You deleted a key of Anthropic",
    ],
    [
      { action: "ai_key.changed", objectId: "key", detail: { changes: ["label", "disabled"] } },
      "You renamed and turned off the key “Work” (…1234) of Anthropic",
    ],
    [
      { action: "value.opened", objectId: "key", detail: { purpose: "chat", project: "project" } },
      "You used the key “Work” (…1234) of Anthropic for a message in “Notes”",
    ],
    [
      {
        action: "value.opened",
        actor: { kind: "system", id: "system:reconcile", name: "reconcile" },
        objectId: "key",
        detail: { purpose: "reconcile" },
      },
      "The server asked with the key “Work” (…1234) of Anthropic what was charged",
    ],
    [
      {
        action: "value.opened",
        actor: { kind: "system", id: "system:delivery", name: "delivery" },
        objectId: "gone",
        detail: { purpose: "deliver" },
      },
      "The server signed a message with the secret of a webhook",
    ],
    [
      { action: "person.sessions_ended", actor: { kind: "someone" }, objectId: "me" },
      "An operator signed you out everywhere",
    ],
    [
      { action: "value.open_denied", actor: { kind: "someone" }, objectId: "key" },
      "Another account tried to open the key “Work” (…1234) of Anthropic and was refused",
    ],
    [
      {
        action: "value.resealed",
        actor: { kind: "system", id: "system:rotation", name: "rotation" },
        detail: { rows: ["a", "b"] },
      },
      "The server sealed 2 saved values again, under new data keys",
    ],
    [
      {
        action: "person.suspended",
        actor: { kind: "account", id: "o", name: "Olive", email: "o@example.com" },
        objectId: "ada",
      },
      "Olive suspended Ada (ada@example.com)",
    ],
    [{ action: "limit_request.made" }, "Limit request made, by you"],
    [{ action: "odd", actor: { kind: "deleted_account", id: "x" } }, "Odd: A deleted account"],
  ])("%j", (event, expected) => {
    expect(sentence(event)).toBe(expected);
  });
});
