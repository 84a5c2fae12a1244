import { asRecord, asRecords } from "../../json";
import type { StreamFacts } from "../dialect";
import { dataEvent, dataOf } from "../server-sent-event";
import { googleRefusal } from "./refusals";

const overloaded = googleRefusal({ kind: "overloaded" });

export const googleStream: StreamFacts = {
  stepOf(event) {
    const [candidate] = asRecords(dataOf(event)?.candidates);
    if (!candidate || candidate.finishReason !== undefined) return "end";
    return asRecords(asRecord(candidate.content).parts).length > 0 ? "delta" : "other";
  },
  broken: 'data: {"candidates":[{"content":{"role":"model","parts":[{"te',
  error: () => dataEvent(overloaded.body),
  wholeError: () => overloaded,
};
