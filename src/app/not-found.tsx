import type { Metadata } from "next";
import Link from "next/link";
import { MessagePage } from "@/components/app-shell/message-page";
import { PublicFrame } from "@/components/app-shell/public-frame";
import { buttonVariants } from "@/components/ui/button";

export const metadata: Metadata = { title: "Page not found" };

export default function NotFound() {
  return (
    <PublicFrame>
      <MessagePage
        code="404"
        title="There is nothing here"
        actions={
          <Link href="/projects" className={buttonVariants({ variant: "primary" })}>
            Go to your projects
          </Link>
        }
      >
        The page was moved or deleted, or it belongs to another account.
      </MessagePage>
    </PublicFrame>
  );
}
