import { ChevronLeft } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";

const SETTINGS = { href: "/settings", label: "Settings" };

/** Heads a page below another one, usually the settings, with the way back to it. */
export function SubpageHeading({
  title,
  back = SETTINGS,
  children,
}: {
  title: string;
  back?: { href: string; label: string };
  children: ReactNode;
}) {
  return (
    <div className="mb-8">
      <Link
        href={back.href}
        className="-ml-1 inline-flex items-center gap-1 rounded-sm text-sm text-text-muted hover:text-text"
      >
        <ChevronLeft aria-hidden className="size-4" />
        {back.label}
      </Link>
      <h1 className="mt-2 font-display text-2xl font-normal tracking-[-0.015em]">{title}</h1>
      <p className="mt-1 max-w-prose text-pretty text-text-muted">{children}</p>
    </div>
  );
}
