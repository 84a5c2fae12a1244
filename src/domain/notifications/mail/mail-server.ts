import "server-only";
import { createTransport } from "nodemailer";
import type { DeliveryOutcome } from "@/contracts/notifications";
import { environment } from "@/lib/env.server";
import { errorNames } from "@/lib/error-names";
import { logger } from "@/lib/logger";

export interface Mail {
  /** The address of an account, and nothing else. */
  to: string;
  subject: string;
  text: string;
  html: string;
  /** Makes the Message-ID, so that a mail sent twice after a crash is seen to be the same one. */
  id: string;
}

/** Of one wait, and of all that one mail may take: well within the time a delivery is held. */
const WAIT_MS = 10_000;
const TOTAL_MS = 45_000;

/** Whether this installation can send mail. */
export function hasMailServer(): boolean {
  return environment().SMTP_URL !== undefined;
}

/** Sends one mail over a connection of its own. The library encodes headers, so that no text can add one. */
export async function sendMail(mail: Mail): Promise<DeliveryOutcome> {
  const { SMTP_URL, MAIL_FROM, APP_URL } = environment();
  if (!SMTP_URL || !MAIL_FROM) throw new TypeError("There is no mail server: ask hasMailServer first.");
  const transport = createTransport({
    url: SMTP_URL,
    connectionTimeout: WAIT_MS,
    greetingTimeout: WAIT_MS,
    socketTimeout: WAIT_MS,
    dnsTimeout: WAIT_MS,
  });
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<DeliveryOutcome>((resolve) => {
    timer = setTimeout(resolve, TOTAL_MS, "timeout");
    timer.unref();
  });
  try {
    const sent = transport
      .sendMail({
        from: MAIL_FROM,
        // As an object: nothing in it is read as a list of addresses.
        to: { name: "", address: mail.to },
        subject: oneLine(mail.subject),
        text: mail.text,
        html: mail.html,
        messageId: `<${mail.id}@${new URL(APP_URL).hostname}>`,
        headers: { "Auto-Submitted": "auto-generated" },
        disableFileAccess: true,
        disableUrlAccess: true,
      })
      .then((): DeliveryOutcome => "delivered", outcomeOf);
    return await Promise.race([sent, timeout]);
  } finally {
    clearTimeout(timer);
    transport.close();
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim();
}

/** The server's words stay here: they may hold addresses and more. */
function outcomeOf(error: unknown): DeliveryOutcome {
  const { code, responseCode } = error as { code?: string; responseCode?: number };
  logger.warn({ codes: errorNames(error), responseCode }, "a mail was not sent");
  if (responseCode !== undefined) return "refused";
  return code === "ETIMEDOUT" ? "timeout" : "unreachable";
}
