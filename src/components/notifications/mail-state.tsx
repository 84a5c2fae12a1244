"use client";

import { useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { RelativeTime } from "@/components/ui/relative-time";
import type { MailTestResponse, NotificationSettingsResponse } from "@/contracts/notifications";
import { callApi } from "@/lib/http/api-client";

/** Whether mail reaches the person; operators can try it. @param now the server's clock in milliseconds */
export function MailState({
  mail,
  isOperator,
  now,
}: Pick<NotificationSettingsResponse, "mail" | "isOperator"> & { now: number }) {
  if (!mail.isConfigured) {
    return (
      <Alert variant="info" role={undefined}>
        This installation has no mail server, so nothing is mailed. Everything is told here all the same.
        {isOperator ? <span>Set SMTP_URL and MAIL_FROM and restart to send mail.</span> : null}
      </Alert>
    );
  }
  return (
    <div className="grid gap-3">
      <p className="text-sm text-text-muted">
        Mail goes to <span className="font-medium wrap-anywhere text-text">{mail.address}</span>.
      </p>
      {mail.failing ? (
        <Alert variant="warning" role={undefined}>
          <span>
            The last mail to you was not taken (<RelativeTime at={mail.failing.at} now={now} />
            ). It is tried again for a day.
          </span>
        </Alert>
      ) : null}
      {isOperator ? <MailTest /> : null}
    </div>
  );
}

function MailTest() {
  const [pending, setPending] = useState(false);
  const [result, setResult] = useState<{ isGood: boolean; sentence: string } | null>(null);

  async function send() {
    setPending(true);
    setResult(null);
    try {
      const { outcome, sentence } = await callApi<MailTestResponse>("/api/v1/operator/mail-test", {
        method: "POST",
      });
      setResult({ isGood: outcome === "delivered", sentence });
    } catch (error) {
      setResult({ isGood: false, sentence: error instanceof Error ? error.message : "That did not work." });
    } finally {
      setPending(false);
    }
  }

  return (
    <>
      <div>
        <Button size="sm" pending={pending} onClick={() => void send()}>
          Send a test mail
        </Button>
      </div>
      {result ? <Alert variant={result.isGood ? "success" : "danger"}>{result.sentence}</Alert> : null}
    </>
  );
}
