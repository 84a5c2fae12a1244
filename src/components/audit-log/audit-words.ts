import type { AuditActor, AuditDetailShown, AuditEventEntry, AuditThing } from "@/contracts/audit-log";

/** What sentences about an event are made of. */
export interface AuditWords {
  /** Begins a sentence: "You", "An operator", "Ada Lovelace". */
  who: string;
  isMe: boolean;
  action: string;
  detail: AuditDetailShown;
  /** "the key “Work” (…1234) of Anthropic", "a key of Anthropic" */
  key: string;
  /** "the project “Notes”" */
  project: string;
  /** "the secret DATABASE_URL of “Notes”" */
  secret: string;
  /** "your account", "Ada Lovelace (ada@example.com)" */
  account: string;
  /** Where a key was used: "in “Notes”"; empty if that is not known. */
  inProject: string;
  provider: string;
  /** How many values a record of many is about. */
  rows: number;
}

export type AuditThings = Readonly<Record<string, AuditThing>>;

/** Only operators do these: a person is told that, and not which operator. */
const BY_OPERATORS = /^(person|reset_link|invitation|audit|key_backup|key_rotation|limit)\./;

const SYSTEM_NAMES: Record<string, string> = {
  "system:operator": "An operator at the command line",
  "system:owner-deleted": "The database",
};

/** The name of a provider for people. @param names by id */
function providerName(id: string, names: ReadonlyMap<string, string>): string {
  return names.get(id) ?? (id === "" ? "a provider" : id);
}

export function wordsOf(
  event: AuditEventEntry,
  things: AuditThings,
  providers: ReadonlyMap<string, string>,
): AuditWords {
  const { action, actor, detail, objectId } = event;
  const thing = objectId === null ? undefined : things[objectId];
  const used = textIn(detail, "project");
  const project = used === "" ? undefined : things[used];
  const provider = providerName(
    thing?.kind === "key" ? thing.provider : textIn(detail, "provider"),
    providers,
  );
  return {
    who: whoOf(actor, action),
    isMe: actor.kind === "me",
    action,
    detail,
    key:
      thing?.kind === "key"
        ? keyWords(thing, providers)
        : provider === "a provider"
          ? "a key"
          : `a key of ${provider}`,
    project: thing?.kind === "project" ? `the project “${thing.name}”` : "a project",
    secret:
      thing?.kind === "secret" ? `the secret ${thing.name} of “${thing.projectName}”` : "a project’s secret",
    account: accountWords(thing),
    inProject: project?.kind === "project" ? ` in “${project.name}”` : "",
    provider,
    rows: Array.isArray(detail["rows"]) ? detail["rows"].length : 0,
  };
}

function whoOf(actor: AuditActor, action: string): string {
  switch (actor.kind) {
    case "me":
      return "You";
    case "someone":
      return BY_OPERATORS.test(action) ? "An operator" : "Another account";
    case "system":
      return SYSTEM_NAMES[actor.id] ?? "The server";
    case "account":
      return actor.name;
    case "deleted_account":
      return "A deleted account";
  }
}

/** "the key “Work” (…1234) of Anthropic" */
export function keyWords(
  { label, last4, provider }: { label: string; last4: string; provider: string },
  providers: ReadonlyMap<string, string>,
): string {
  const end = last4 === "" ? "" : ` (…${last4})`;
  const of = providerName(provider, providers);
  return label === "" ? `the ${of} key${end}` : `the key “${label}”${end} of ${of}`;
}

function accountWords(thing: AuditThing | undefined): string {
  if (thing?.kind === "my_account") return "your account";
  return thing?.kind === "account" ? `${thing.name} (${thing.email})` : "an account";
}

export function textIn(detail: AuditDetailShown, name: string): string {
  const value = detail[name];
  return typeof value === "string" ? value : "";
}

export function numberIn(detail: AuditDetailShown, name: string): number {
  const value = detail[name];
  return typeof value === "number" ? value : 0;
}
