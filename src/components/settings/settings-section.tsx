import type { ReactNode } from "react";

/** One part of the settings: description on the left, controls on the right; stacked on a phone. */
export function SettingsSection({
  id,
  title,
  description,
  children,
}: {
  id: string;
  title: string;
  description: ReactNode;
  children: ReactNode;
}) {
  return (
    <section
      aria-labelledby={id}
      className="grid gap-5 border-t py-8 md:grid-cols-[13rem_minmax(0,1fr)] md:gap-10"
    >
      <div>
        {/* Scrolling to its id stops below the sticky header. */}
        <h2 id={id} className="scroll-mt-20 font-semibold">
          {title}
        </h2>
        <p className="mt-1 text-sm text-pretty text-text-muted">{description}</p>
      </div>
      <div className="min-w-0">{children}</div>
    </section>
  );
}
