import type { DeliveryOutcome } from "@/contracts/notifications";

/** How an attempt ended, for the person who tests it. */
export function outcomeSentence(
  channel: "mail" | "webhook",
  outcome: DeliveryOutcome,
  status: number | null,
): string {
  return channel === "mail" ? MAIL[outcome] : WEBHOOK[outcome](status);
}

const MAIL: Record<DeliveryOutcome, string> = {
  delivered: "The mail server took the mail. Look whether it arrived.",
  refused:
    "The mail server refused the mail. Its answer is in the server's log; check SMTP_URL and MAIL_FROM.",
  timeout: "The mail server did not answer in time. Check SMTP_URL.",
  unreachable: "The mail server cannot be reached. Check SMTP_URL.",
  redirect: "The mail server cannot be reached. Check SMTP_URL.",
  address_refused: "The mail server cannot be reached. Check SMTP_URL.",
  secret_unreadable: "The mail server cannot be reached. Check SMTP_URL.",
};

const WEBHOOK: Record<DeliveryOutcome, (status: number | null) => string> = {
  delivered: (status) => `The receiver took it (status ${status ?? 200}).`,
  refused: (status) =>
    `The receiver answered with status ${status ?? "unknown"}. It has to answer with 200 to 299.`,
  redirect: () =>
    "The receiver answered with a redirect, which is not followed. Give the address it leads to.",
  timeout: () => "The receiver did not answer in time. It has ten seconds.",
  unreachable: () => "The receiver cannot be reached. Check its address, and that its certificate is valid.",
  address_refused: () =>
    "This address is not open to this installation. Use a public one, or ask the operator to add it to ALLOWED_PRIVATE_ENDPOINTS.",
  secret_unreadable: () => "The signing secret cannot be opened, so nothing was sent. Make a new secret.",
};
