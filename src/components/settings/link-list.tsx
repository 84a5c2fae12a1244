import { ChevronRight, type LucideIcon } from "lucide-react";
import Link from "next/link";

export interface PageLink {
  href: string;
  icon: LucideIcon;
  title: string;
  description: string;
}

/** Links to pages of their own, each with what is there. */
export function LinkList({ links }: { links: readonly PageLink[] }) {
  return (
    <ul className="divide-y rounded-lg border">
      {links.map(({ href, icon: Icon, title, description }) => (
        <li key={href}>
          <Link
            href={href}
            className="flex items-center gap-3 px-4 py-3 first:rounded-t-lg last:rounded-b-lg hover:bg-surface-hover"
          >
            <Icon aria-hidden className="size-4 shrink-0 text-text-muted" />
            <span className="min-w-0 flex-1">
              <span className="block text-sm font-medium">{title}</span>
              <span className="block text-sm text-pretty text-text-muted">{description}</span>
            </span>
            <ChevronRight aria-hidden className="size-4 shrink-0 text-text-muted" />
          </Link>
        </li>
      ))}
    </ul>
  );
}
