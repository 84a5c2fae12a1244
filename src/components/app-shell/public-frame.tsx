import Link from "next/link";
import type { ReactNode } from "react";
import { cn } from "@/lib/cn";
import { Wordmark } from "./logo";
import { ThemeMenu } from "./theme-menu";

/** The frame of the signed-out pages. @param end content of the right end of its header */
export function PublicFrame({
  end,
  className,
  children,
}: {
  end?: ReactNode;
  className?: string;
  children: ReactNode;
}) {
  return (
    <div className="flex flex-1 flex-col">
      <header className="mx-auto flex h-16 w-full max-w-6xl shrink-0 items-center gap-2 px-4 sm:px-8">
        <Link href="/" aria-label="Orchestral, start page" className="-m-1 flex rounded-sm p-1">
          <Wordmark />
        </Link>
        <div className="ml-auto flex items-center gap-1">
          {end}
          <ThemeMenu />
        </div>
      </header>
      <main id="main" tabIndex={-1} className={cn("flex flex-1 flex-col outline-none", className)}>
        {children}
      </main>
    </div>
  );
}
