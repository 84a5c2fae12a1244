import "server-only";
import type { NotificationKind } from "@/contracts/notification-kind";
import { KIND_NAMES, notificationSentence } from "@/contracts/notification-sentence";
import type { NotificationDetail } from "@/contracts/notifications";
import type { OwnerKind } from "@/contracts/owner";
import { environment } from "@/lib/env.server";

/** The mail that tells somebody: a sentence, and a link to the next step. */
export function notificationMail(notification: {
  kind: NotificationKind;
  owner: OwnerKind;
  detail: NotificationDetail;
}): { subject: string; text: string; html: string } {
  const { kind, owner, detail } = notification;
  const { APP_URL } = environment();
  const { title, text, href, link } = notificationSentence(kind, detail, owner === "installation");
  const why =
    owner === "installation"
      ? "You get this because you operate this installation of Orchestral."
      : "You get this because of your account at Orchestral.";
  const settings = `${APP_URL}/notifications#settings`;
  const mail = mailOf(title, text, { href: `${APP_URL}${href}`, label: link }, why, settings);
  // A title may hold what somebody typed, a key's label for example; only the mail itself quotes it.
  return { ...mail, subject: KIND_NAMES[kind] };
}

/** A mail of plain text, and the same as simple HTML. */
export function mailOf(
  title: string,
  text: string,
  link: { href: string; label: string },
  why: string,
  settings: string,
): { subject: string; text: string; html: string } {
  const plain = [
    title,
    ...(text ? ["", text] : []),
    "",
    `${link.label}: ${link.href}`,
    "",
    `${why} Change what is sent to you: ${settings}`,
    "",
  ];
  const html = [
    `<p><strong>${escaped(title)}</strong></p>`,
    ...(text ? [`<p>${escaped(text)}</p>`] : []),
    `<p><a href="${escaped(link.href)}">${escaped(link.label)}</a></p>`,
    `<p><small>${escaped(why)} <a href="${escaped(settings)}">Change what is sent to you</a></small></p>`,
  ];
  return { subject: title, text: plain.join("\n"), html: html.join("\n") };
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
