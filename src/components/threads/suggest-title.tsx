import { Sparkles } from "lucide-react";
import { useState } from "react";
import { receiptLine, receiptOf } from "@/components/project-chat/receipt";
import { useNames } from "@/components/project-chat/use-names";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import type { SuggestedTitle } from "@/contracts/chat";
import { ApiError, callApi } from "@/lib/http/api-client";
import { threadsPath } from "./use-threads";

type State =
  | { status: "idle" }
  | { status: "asking" }
  | { status: "suggested"; metadata: SuggestedTitle["metadata"] }
  | { status: "failed"; sentence: string };

/** Asks the model for a title. It costs a request, which is said before, and how much afterwards. */
export function SuggestTitle({
  projectId,
  threadId,
  onTitle,
}: {
  projectId: string;
  threadId: string;
  onTitle: (title: string) => void;
}) {
  const names = useNames();
  const [state, setState] = useState<State>({ status: "idle" });
  const receipt = state.status === "suggested" ? receiptOf(state.metadata, names) : null;

  async function suggest() {
    if (state.status === "asking") return;
    setState({ status: "asking" });
    try {
      const path: `/api/${string}` = `${threadsPath(projectId)}/${threadId}/title-suggestion`;
      const { title, metadata } = await callApi<SuggestedTitle>(path, { method: "POST" });
      setState({ status: "suggested", metadata });
      onTitle(title);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setState({ status: "failed", sentence: error.message });
    }
  }

  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Button size="sm" pending={state.status === "asking"} onClick={() => void suggest()}>
          <Sparkles aria-hidden />
          Suggest a title
        </Button>
        <p role="status" className="min-w-0 flex-1 basis-48 text-xs text-text-muted">
          {receipt
            ? receiptLine(receipt)
            : "Costs one short request to the model of the last answer, with the same key."}
        </p>
      </div>
      {state.status === "failed" ? <Alert variant="danger">{state.sentence}</Alert> : null}
    </div>
  );
}
