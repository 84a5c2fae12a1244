import { ChevronLeft } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";

/** Heads a page below the settings, with the way back to them. */
export function SubpageHeading({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="mb-8">
      <Link
        href="/settings"
        className="-ml-1 inline-flex items-center gap-1 rounded-sm text-sm text-text-muted hover:text-text"
      >
        <ChevronLeft aria-hidden className="size-4" />
        Settings
      </Link>
      <h1 className="mt-2 font-display text-2xl font-normal tracking-[-0.015em]">{title}</h1>
      <p className="mt-1 max-w-prose text-pretty text-text-muted">{children}</p>
    </div>
  );
}
