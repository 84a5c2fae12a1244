import { countOf } from "@/components/format-count";
import { type AuditWords, numberIn, textIn } from "./audit-words";

/**
 * What each action is in a plain sentence, without the full stop. A new name in the closed list
 * (domain/vault/audit/audit-event.ts) needs one here.
 */
export const AUDIT_SENTENCES: Readonly<Record<string, (words: AuditWords) => string>> = {
  "ai_key.saved": ({ who, key }) => `${who} added ${key}`,
  "ai_key.replaced": ({ who, key }) => `${who} replaced ${key}`,
  "ai_key.deleted": ({ who, key }) => `${who} deleted ${key}`,
  "ai_key.unreadable": ({ key }) => `${capital(key)} could not be opened and has to be entered again`,
  "ai_key.changed": ({ who, key, detail }) => `${who} ${changesOf(detail["changes"])} ${key}`,
  "ai_key.switched_back": ({ who, key }) => `${who} switched ${key} back to its previous secret`,
  "ai_key.previous_dropped": ({ key }) => `The previous secret of ${key} was deleted`,
  "ai_key.held": ({ who, key }) => `${who} added ${key} for one session`,
  "ai_key.tested": ({ who, key }) => `${who} tested ${key}`,
  "ai_key.connected": ({ who, provider }) => `${who} connected an account at ${provider}`,

  "ai_key.paused": ({ who, key }) => `${who} paused ${key}`,
  "ai_key.resumed": ({ who, key }) => `${who} let ${key} be used again`,
  "admin_key.saved": ({ who, provider }) => `${who} saved a key for the reports of ${provider}`,
  "admin_key.deleted": ({ who, provider }) => `${who} deleted a key for the reports of ${provider}`,
  "admin_key.unreadable": () => "A key for a provider’s reports could not be opened",

  "limit.created": ({ who }) => `${who} set a limit`,
  "limit.changed": ({ who }) => `${who} changed a limit`,
  "limit.deleted": ({ who }) => `${who} deleted a limit`,
  "limit.raised": ({ who }) => `${who} raised a limit once`,
  "webhook.added": ({ who }) => `${who} added a webhook`,
  "webhook.changed": ({ who }) => `${who} changed a webhook`,
  "webhook.secret_replaced": ({ who }) => `${who} replaced the secret of a webhook`,
  "webhook.tested": ({ who }) => `${who} tested a webhook`,
  "webhook.disabled": ({ who }) => `${who} turned off a webhook`,
  "webhook.deleted": ({ who }) => `${who} deleted a webhook`,
  "mail.tested": ({ who }) => `${who} sent a test mail`,

  "project.created": ({ who, project }) => `${who} created ${project}`,
  "project.renamed": ({ who, project }) => `${who} renamed ${project}`,
  "project.deleted": ({ who, project }) => `${who} deleted ${project}`,
  "project_secret.saved": ({ who, secret }) => `${who} saved ${secret}`,
  "project_secret.deleted": ({ who, secret }) => `${who} deleted ${secret}`,

  "value.opened": openedSentence,
  "value.open_failed": ({ rows, key }) =>
    rows > 0
      ? `${countOf(rows, "saved value")} could not be opened and have to be entered again`
      : `${capital(key)} could not be opened`,
  "value.open_denied": ({ who, isMe, key }) =>
    isMe ? `You were refused a saved value` : `${who} tried to open ${key} and was refused`,
  "value.resealed": ({ who, rows, detail }) =>
    rows > 0
      ? `${who} sealed ${countOf(rows, "saved value")} again, under new data keys`
      : `${who} sealed saved values again (${countOf(numberIn(detail, "dataKeysCreated"), "new data key")})`,

  "data_key.created": ({ who }) => `${who} made a data key`,
  "data_key.retired": ({ who, detail }) => `${who} retired ${dataKeys(detail["keys"])}: it seals nothing new`,
  "data_key.rewrapped": ({ who, detail }) => `${who} wrapped ${dataKeys(detail["keys"])} again`,
  "data_key.destroyed": ({ who, detail }) => `${who} destroyed ${dataKeys(detail["keys"])}`,
  "data_key.unreadable": ({ detail }) => `${capital(dataKeys(detail["keys"]))} could not be unwrapped`,
  "key_rotation.started": ({ who }) => `${who} started a rotation or verification of the vault`,
  "key_rotation.completed": () => "A rotation or verification of the vault finished",
  "key_rotation.cancelled": ({ who }) => `${who} cancelled a rotation or verification of the vault`,
  "key_encryption_key.retired": ({ who }) => `${who} retired a key-encryption key`,
  "key_backup.made": ({ who, detail }) =>
    `${who} made ${countOf(numberIn(detail, "shares"), "share")} of the key-encryption keys`,
  "key_backup.checked": ({ who }) => `${who} checked shares of the key-encryption keys`,
  "audit.verified": ({ who, detail }) =>
    detail["ok"] === true
      ? `${who} verified the audit trail: it is whole`
      : `${who} verified the audit trail and found ${countOf(numberIn(detail, "problems"), "problem")}`,
  "audit.head_accepted": ({ who }) => `${who} accepted another end of the audit trail`,
  "audit.exported": ({ who, account, detail }) =>
    Array.isArray(detail["filters"]) && detail["filters"].includes("actor")
      ? `${who} exported the audit records of ${account}`
      : `${who} exported audit records`,
  "control_token.refused": ({ detail }) =>
    `A command with a wrong control token was refused${times(detail["refused"])}`,
  "operator.denied": ({ who, detail }) =>
    `${who} asked for an operators’ page and was refused${times(detail["refused"])}`,
  "accounts.signed": ({ who }) => `${who} signed the stored accounts`,
  "account.altered": ({ account }) =>
    `A row of ${account} was changed in the database by another hand, and is refused`,

  "person.suspended": ({ who, account }) => `${who} suspended ${account}`,
  "person.unsuspended": ({ who, account }) => `${who} let ${account} in again`,
  "person.sessions_ended": ({ who, account }) =>
    `${who} signed ${account === "your account" ? "you" : account} out everywhere`,
  "reset_link.made": ({ who, account }) => `${who} made a link to set a new password for ${account}`,
  "reset_link.revoked": ({ who, account }) => `${who} withdrew the password link for ${account}`,
  "invitation.made": ({ who }) => `${who} made an invitation`,
  "invitation.revoked": ({ who }) => `${who} withdrew an invitation`,
  "account.created": ({ who, isMe }) => `${who} made ${isMe ? "your" : "an"} account`,
  "account.deleted": ({ who }) => `${who} deleted the account`,
  "session.started": ({ who }) => `${who} signed in`,
  "session.ended": ({ who, isMe }) =>
    isMe ? "You were signed out on a device" : `A session of ${who} ended`,
  "sign_in.failed": ({ who, isMe }) =>
    `Somebody gave a wrong password for ${isMe ? "your account" : `the account of ${who}`}`,
  "password.changed": ({ who, isMe }) => `${who} changed ${isMe ? "your" : "the"} password`,
  "password.reset": ({ who, isMe }) =>
    isMe ? "Your password was set with a link" : `${who} set a password with a link`,
};

/** Any action as a sentence, also one of a newer server. */
export function sentenceOf(words: AuditWords): string {
  const known = AUDIT_SENTENCES[words.action];
  if (known) return known(words);
  const [noun = "", verb = ""] = words.action.split(".").map((part) => part.replaceAll("_", " "));
  return `${capital(noun)} ${verb}`.trim() + (words.isMe ? ", by you" : `: ${words.who}`);
}

function openedSentence({ who, isMe, key, detail, inProject, rows }: AuditWords): string {
  switch (textIn(detail, "purpose")) {
    case "chat":
      return `${who} used ${key} for a message${inProject}`;
    case "test":
      return `${who} opened ${key} to test it`;
    case "list_models":
      return `${who} opened ${key} to list its models`;
    case "deliver":
      return `${who} signed a message with the secret of a webhook`;
    case "reconcile":
      return `${who} asked with ${key} what was charged`;
    case "recheck":
      return `${who} tried whether ${key} opens again`;
    case "verify":
      return `${who} checked that ${countOf(rows, "saved value")} can be opened`;
    default:
      return `${who} opened ${key}${isMe ? "" : inProject}`;
  }
}

const CHANGES: Readonly<Record<string, string>> = {
  label: "renamed",
  default: "chose as default",
  disabled: "turned off",
  enabled: "turned on",
};

function changesOf(changes: unknown): string {
  const known = Array.isArray(changes) ? changes.map((each) => CHANGES[String(each)] ?? "changed") : [];
  const [last = "changed", ...before] = [...new Set(known)].toReversed();
  return before.length === 0 ? last : `${before.toReversed().join(", ")} and ${last}`;
}

function dataKeys(keys: unknown): string {
  return Array.isArray(keys) && keys.length !== 1 ? countOf(keys.length, "data key") : "a data key";
}

function times(count: unknown): string {
  return typeof count === "number" && count > 1 ? ` (${countOf(count, "time")})` : "";
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
