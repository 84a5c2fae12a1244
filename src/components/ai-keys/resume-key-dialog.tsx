import { ConfirmDialog } from "@/components/ui/alert-dialog";
import type { AiKeySummary } from "@/contracts/ai-keys";
import { changeKey } from "./ai-key-calls";

/** Confirms that a paused key is used again. */
export function ResumeKeyDialog({
  aiKey: { id, label, paused },
  close,
  onResumed,
}: {
  aiKey: Pick<AiKeySummary, "id" | "label" | "paused">;
  close: () => void;
  onResumed: () => void;
}) {
  const isOwners = paused?.reason === "owner";
  return (
    <ConfirmDialog
      open
      onClose={close}
      title={`Resume “${label}”?`}
      description={
        isOwners ? (
          "Messages can be sent with it again."
        ) : (
          <>
            {paused?.sentence} Resume it only if that was you: what was spent then counts as usual from now
            on. If you are not sure, replace the key, revoke the old one at its provider, and sign out your
            other devices.
          </>
        )
      }
      confirmLabel="Resume key"
      onConfirm={async () => {
        await changeKey(id, { paused: false });
        onResumed();
      }}
    />
  );
}
