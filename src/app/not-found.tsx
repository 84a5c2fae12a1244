import type { Metadata } from "next";
import { MessagePage } from "@/components/app-shell/message-page";
import { PlainFrame } from "@/components/app-shell/plain-frame";
import { buttonVariants } from "@/components/ui/button";

export const metadata: Metadata = { title: "Page not found" };

export default function NotFound() {
  return (
    <PlainFrame>
      <MessagePage
        code="404"
        title="There is nothing here"
        actions={
          // oxlint-disable-next-line nextjs/no-html-link-for-pages -- see plain-frame.tsx
          <a href="/projects" className={buttonVariants({ variant: "primary" })}>
            Go to your projects
          </a>
        }
      >
        The page was moved or deleted, or it belongs to another account.
      </MessagePage>
    </PlainFrame>
  );
}
