import type { ReactNode } from "react";

/**
 * A page that only says what happened and where to go from here.
 * @param code a short label above the title
 */
export function MessagePage({
  code,
  title,
  children,
  actions,
}: {
  code: string;
  title: string;
  children: ReactNode;
  actions: ReactNode;
}) {
  return (
    <div className="m-auto w-full max-w-md px-4 py-16 text-center">
      <p className="font-mono text-sm text-text-muted">{code}</p>
      <h1 className="mt-2 font-display text-2xl font-normal tracking-[-0.015em]">{title}</h1>
      <div className="mt-2 text-balance text-text-muted">{children}</div>
      <div className="mt-7 flex flex-wrap justify-center gap-3">{actions}</div>
    </div>
  );
}
