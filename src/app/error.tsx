"use client";

import { MessagePage } from "@/components/app-shell/message-page";
import { PlainFrame } from "@/components/app-shell/plain-frame";
import { Button, buttonVariants } from "@/components/ui/button";

/** A page that failed to render. The server has logged the cause under the digest. */
export default function ErrorPage({ error, retry }: { error: unknown; retry: () => void }) {
  const digest = error instanceof Error && "digest" in error ? String(error.digest) : null;
  return (
    <PlainFrame>
      <MessagePage
        code="Error"
        title="This page did not load"
        actions={
          <>
            <Button variant="primary" onClick={() => retry()}>
              Try again
            </Button>
            {/* A real page load: the router's own state may be what is broken. */}
            {/* oxlint-disable-next-line nextjs/no-html-link-for-pages */}
            <a href="/projects" className={buttonVariants()}>
              Go to your projects
            </a>
          </>
        }
      >
        <p>Something went wrong on our side. Nothing you saved is lost.</p>
        {digest ? (
          <p className="mt-3 text-sm">
            If it happens again, tell the operator this number: <code className="font-mono">{digest}</code>
          </p>
        ) : null}
      </MessagePage>
    </PlainFrame>
  );
}
