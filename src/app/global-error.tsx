"use client";

import { MessagePage } from "@/components/app-shell/message-page";
import { Button } from "@/components/ui/button";
import "./globals.css";

/** Replaces the whole document when the root layout itself fails, so it depends only on the style sheet. */
export default function GlobalError({ retry }: { error: unknown; retry: () => void }) {
  return (
    <html lang="en">
      <body>
        <title>Error · Orchestral</title>
        <main className="flex flex-1">
          <MessagePage
            code="Error"
            title="Orchestral did not load"
            actions={
              <Button variant="primary" onClick={() => retry()}>
                Try again
              </Button>
            }
          >
            Something went wrong on our side. Nothing you saved is lost.
          </MessagePage>
        </main>
      </body>
    </html>
  );
}
