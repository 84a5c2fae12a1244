import { KeyRound } from "lucide-react";
import Link from "next/link";
import { Badge } from "@/components/ui/badge";
import { buttonVariants } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import type { AiKeySummary } from "@/contracts/ai-keys";
import type { AiProvider } from "@/contracts/ai-provider";

const PROVIDER_NAMES: Record<AiProvider, string> = {
  anthropic: "Anthropic",
  openai: "OpenAI",
  openrouter: "OpenRouter",
};

/**
 * The saved keys at a glance. They are changed where they are used, in the model selector of a project.
 *
 * @param projectHref the project to open for that
 */
export function KeySummary({ keys, projectHref }: { keys: AiKeySummary[]; projectHref: string }) {
  const link = (
    <Link href={projectHref} className={buttonVariants()}>
      {projectHref === "/projects" ? "Go to projects" : "Open your latest project"}
    </Link>
  );
  if (keys.length === 0) {
    return (
      <div className="rounded-xl border border-dashed bg-surface">
        <EmptyState icon={<KeyRound />} title="No key saved" action={link} className="py-8">
          Open a project and press the model button beside the message box to add one.
        </EmptyState>
      </div>
    );
  }
  return (
    <div className="grid gap-4">
      <ul aria-label="Saved keys" className="overflow-hidden rounded-xl border bg-surface">
        {keys.map((key) => (
          <li key={key.id} className="flex min-h-14 items-center gap-3 border-b px-4 py-3 last:border-b-0">
            <KeyRound aria-hidden className="size-5 shrink-0 text-text-muted" />
            <p className="min-w-0 flex-1 text-sm font-medium">
              {PROVIDER_NAMES[key.provider]}{" "}
              <span className="font-mono font-normal whitespace-nowrap text-text-muted">
                <span className="sr-only">ending in </span>
                <span aria-hidden>····</span>
                {key.last4}
              </span>
            </p>
            {key.status === "ok" ? (
              <Badge variant="success">Saved</Badge>
            ) : (
              <Badge variant="warning">Paste it again</Badge>
            )}
          </li>
        ))}
      </ul>
      <div>{link}</div>
    </div>
  );
}
