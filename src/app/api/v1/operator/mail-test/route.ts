import type { MailTestResponse } from "@/contracts/notifications";
import { sendTestMail } from "@/domain/notifications/mail/send-test-mail";
import { refuseMethod } from "@/lib/http/refuse-method";
import { operatorRoute } from "../operator-route";

export const POST = operatorRoute(async ({ actor }): Promise<MailTestResponse> => sendTestMail(actor));

const refuse = refuseMethod("POST");

export { refuse as DELETE, refuse as GET, refuse as PATCH, refuse as PUT };
