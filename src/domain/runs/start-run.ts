import { outsideRequests } from "@/lib/once-per-process";
import { compactFirst } from "./compaction/compact-first";
import { heedRequests } from "./elsewhere/heed-requests";
import { type AnswerRun, LiveRun } from "./live-run";
import { addLiveRun } from "./live-runs";
import type { PreparedRun } from "./prepare-run";
import { Run } from "./run";

/** Starts a run. It lives in this server from now on, and not in the request that asked for it. */
export function startRun(prepared: PreparedRun, answerRun: AnswerRun): LiveRun {
  return outsideRequests(() => {
    const live = new LiveRun(new Run(prepared), compactFirst(answerRun));
    void live.ended.then(addLiveRun(prepared.runId, live));
    heedRequests(prepared.runId);
    return live;
  });
}
