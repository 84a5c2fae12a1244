import Link from "next/link";
import type { ReactNode } from "react";
import { NotificationBell } from "@/components/notifications/notification-bell";
import type { Project } from "@/contracts/projects";
import { cn } from "@/lib/cn";
import { LogoMark, Wordmark } from "./logo";
import { ProfileButton } from "./profile-button";
import { ProjectSwitch } from "./project-switch";
import { ThemeMenu } from "./theme-menu";

/**
 * The frame of every signed-in page: header and main part.
 *
 * @param projects initial list of the project switch, which is shown only with `currentProjectId`
 * @param headerEnd page content in the header, before theme and account (the model trigger of a project)
 * @param fill the main part gets the remaining height and its panes scroll separately. Without it the page
 *   scrolls and the main part is a centred column.
 */
export function AppShell({
  user,
  projects,
  currentProjectId,
  headerEnd,
  fill = false,
  children,
}: {
  user: { name: string; email: string };
  projects?: Project[];
  currentProjectId?: string;
  headerEnd?: ReactNode;
  fill?: boolean;
  children: ReactNode;
}) {
  const inProject = currentProjectId !== undefined;
  return (
    <div data-fill-viewport={fill || undefined} className="flex min-h-0 flex-1 flex-col">
      <header className="sticky top-0 z-10 flex h-13 shrink-0 items-center gap-1 border-b bg-background px-3 sm:gap-2 sm:px-4">
        <Link href="/projects" aria-label="Orchestral, all projects" className="-m-1 flex rounded-sm p-1">
          {inProject ? <LogoMark /> : <Wordmark />}
        </Link>
        {inProject ? (
          <>
            <span aria-hidden className="text-lg font-light text-border-strong select-none max-xs:hidden">
              /
            </span>
            <ProjectSwitch initial={projects ?? []} currentId={currentProjectId} />
          </>
        ) : null}
        <div className="ml-auto flex shrink-0 items-center gap-1 sm:gap-2">
          {headerEnd}
          <NotificationBell />
          <ThemeMenu className="max-sm:hidden" />
          <ProfileButton user={user} />
        </div>
      </header>
      <main
        id="main"
        tabIndex={-1}
        className={cn(
          "flex flex-1 flex-col outline-none",
          fill ? "min-h-0" : "mx-auto w-full max-w-3xl px-4 py-8 sm:px-6 sm:py-12",
        )}
      >
        {children}
      </main>
    </div>
  );
}
