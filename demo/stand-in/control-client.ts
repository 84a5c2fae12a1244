import type { KeyBehaviour } from "./key-behaviours";
import type { JournalEntry } from "./request-journal";

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
    /** The journal; with `whenIdle`, once no request is open. */
    async journal(
      options: { whenIdle?: boolean } = {},
    ): Promise<{ openRequests: number; entries: JournalEntry[] }> {
      const response = await call(options.whenIdle ? "journal?when=idle" : "journal");
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
