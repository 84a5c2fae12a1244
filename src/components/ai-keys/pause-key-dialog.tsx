import { ConfirmDialog } from "@/components/ui/alert-dialog";
import type { AiKeySummary } from "@/contracts/ai-keys";
import { changeKey } from "./ai-key-calls";

/** Confirms that a key is not used until it is resumed. */
export function PauseKeyDialog({
  aiKey: { id, label },
  close,
  onPaused,
}: {
  aiKey: Pick<AiKeySummary, "id" | "label">;
  close: () => void;
  onPaused: () => void;
}) {
  return (
    <ConfirmDialog
      open
      onClose={close}
      title={`Pause “${label}”?`}
      description="Nothing more is sent with it until you resume or replace it, also not in the middle of an answer, and no other key is used instead. If somebody else has used it, revoke it at its provider too."
      confirmLabel="Pause key"
      onConfirm={async () => {
        await changeKey(id, { paused: true });
        onPaused();
      }}
    />
  );
}
