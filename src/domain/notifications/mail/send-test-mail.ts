import "server-only";
import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import type { MailTestResponse } from "@/contracts/notifications";
import type { Actor, SystemActor } from "@/domain/identity/actor";
import { recordAuditEvent } from "@/domain/vault/audit/record-audit-event";
import { AppError, notFound } from "@/lib/app-error";
import { database } from "@/lib/db/client";
import { userTable } from "@/lib/db/schema";
import { environment } from "@/lib/env.server";
import { consumeLimit, type Limit } from "@/lib/rate-limiter";
import { outcomeSentence } from "../delivery/outcome-sentence";
import { hasMailServer, sendMail } from "./mail-server";
import { mailOf } from "./notification-mail";

const MAIL_TESTS: Limit = {
  name: "mail-test",
  points: 5,
  seconds: 60,
  sentence: "You have sent test mails very often in the last minute.",
};

/** Sends a mail to the operator's own address, and says how that went. */
export async function sendTestMail(actor: Actor | SystemActor): Promise<MailTestResponse> {
  if ("system" in actor) {
    throw new AppError("invalid_request", "A test mail goes to an operator's account. Send it at the page.");
  }
  if (!hasMailServer()) {
    return {
      outcome: "not_configured",
      sentence: "There is no mail server. Set SMTP_URL and MAIL_FROM, and restart.",
    };
  }
  await consumeLimit(MAIL_TESTS, actor.userId);
  const db = await database();
  const [user] = await db
    .select({ email: userTable.email })
    .from(userTable)
    .where(eq(userTable.id, actor.userId));
  if (!user) throw notFound("account");
  await recordAuditEvent(db, actor, "mail.tested", actor.userId);
  const { APP_URL } = environment();
  const page = `${APP_URL}/notifications`;
  const mail = mailOf(
    "Mail works",
    "Orchestral can send mail to this address.",
    { href: page, label: "See notifications" },
    "You get this because you asked for a test mail.",
    `${page}#settings`,
  );
  const outcome = await sendMail({ ...mail, to: user.email, id: randomUUID() });
  return { outcome, sentence: outcomeSentence("mail", outcome, null) };
}
