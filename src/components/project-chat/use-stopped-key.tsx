import { type ReactNode, useState } from "react";
import { Day } from "@/components/ai-keys/day";
import { extendKey } from "@/components/ai-keys/extend-key";
import { ResumeKeyDialog } from "@/components/ai-keys/resume-key-dialog";
import { useAiProviders } from "@/components/ai-keys/use-ai-providers";
import { type WantedKey, wantedAmong } from "@/components/ai-keys/wanted-key";
import { useAiKeys } from "@/components/model-selector/use-ai-keys";
import type { ErrorActionHandlers } from "./error-actions";

/**
 * What the owner of a key that is past its date, or paused, can do about it beside the message that was
 * refused.
 *
 * @param wanted the key that a failed message asks for, if it does
 */
export function useStoppedKey(wanted: WantedKey | undefined): {
  handlers: ErrorActionHandlers;
  consoleUrl: string | null;
  /** What was done, or why it was not, and the question that is open. */
  beside: ReactNode;
} {
  const { keys } = useAiKeys();
  const { providers } = useAiProviders();
  const [asking, setAsking] = useState(false);
  const [said, setSaid] = useState<ReactNode>("");
  const aiKey = wanted && keys ? wantedAmong(keys, wanted) : null;

  async function extend(key: NonNullable<typeof aiKey>) {
    setSaid("");
    try {
      const lastDay = await extendKey(key);
      setSaid(
        <>
          “{key.label}” may be used until <Day day={lastDay} />. Try again.
        </>,
      );
    } catch (error) {
      setSaid(error instanceof Error ? error.message : "That did not work. Try again.");
    }
  }

  return {
    handlers: {
      ...(aiKey?.isExpired ? { extend_key: () => void extend(aiKey) } : {}),
      ...(aiKey?.paused ? { resume_key: () => setAsking(true) } : {}),
    },
    consoleUrl: providers?.find(({ id }) => id === aiKey?.provider)?.consoleUrl ?? null,
    beside: (
      <>
        <p role="status" className="mt-1.5 empty:hidden">
          {said}
        </p>
        {asking && aiKey ? (
          <ResumeKeyDialog
            aiKey={aiKey}
            close={() => setAsking(false)}
            onResumed={() => setSaid(`“${aiKey.label}” can be used again. Try again.`)}
          />
        ) : null}
      </>
    ),
  };
}
