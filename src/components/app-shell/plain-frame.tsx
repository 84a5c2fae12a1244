import type { ReactNode } from "react";
import { Wordmark } from "./logo";

/**
 * The frame of error pages. They are part of every page's bundle, so nothing here needs a script: plain
 * links, no menu.
 */
export function PlainFrame({ children }: { children: ReactNode }) {
  return (
    <div className="flex flex-1 flex-col">
      <header className="mx-auto flex h-16 w-full max-w-6xl shrink-0 items-center px-4 sm:px-8">
        {/* oxlint-disable-next-line nextjs/no-html-link-for-pages */}
        <a href="/" aria-label="Orchestral, start page" className="-m-1 flex rounded-sm p-1">
          <Wordmark />
        </a>
      </header>
      <main id="main" tabIndex={-1} className="flex flex-1 flex-col outline-none">
        {children}
      </main>
    </div>
  );
}
