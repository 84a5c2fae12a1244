import type { KeyBehaviour } from "./key-behaviours";
import type { JournalEntry, JournalFilter } from "./request-journal";

interface JournalReply {
  openRequests: number;
  entries: JournalEntry[];
}

/** Controls a stand-in in another process. `url` is the one it printed. */
export function controlStandIn(url: string) {
  const call = async (path: string, init?: RequestInit): Promise<Response> => {
    const response = await fetch(`${url}/__stand-in/${path}`, init);
    if (!response.ok) throw new Error(`Stand-in: ${response.status} ${await response.text()}`);
    return response;
  };
  return {
    /**
     * The entries of the journal that match; with `whenIdle`, once no request is open. The journal of a test
     * run is large: ask for what is needed.
     */
    async journal({
      whenIdle = false,
      bodies = true,
      ...filter
    }: JournalFilter & { whenIdle?: boolean; bodies?: boolean } = {}): Promise<JournalReply> {
      const query = new URLSearchParams(
        Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
      );
      if (whenIdle) query.set("when", "idle");
      if (!bodies) query.set("bodies", "no");
      const response = await call(`journal?${query}`);
      const reply: JournalReply = await response.json();
      return reply;
    },
    async clearJournal(): Promise<void> {
      await call("journal", { method: "DELETE" });
    },
    /** Makes a key work, or gives it another behaviour. */
    async setKey(key: string, behaviour?: KeyBehaviour): Promise<void> {
      await call("keys", { method: "POST", body: JSON.stringify({ key, behaviour }) });
    },
  };
}
