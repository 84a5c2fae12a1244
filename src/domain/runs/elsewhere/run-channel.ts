import "server-only";
import { sql } from "drizzle-orm";
import { database, databaseConnection } from "@/lib/db/client";
import { logger } from "@/lib/logger";
import { oncePerProcess } from "@/lib/once-per-process";
import { thisServer } from "../this-server";

const CHANNEL = "orchestral_runs";
/** The first of two keys of the advisory lock that a server holds as long as it lives and is heard. */
export const SERVER_LOCK = 1_869_767_523;
const RECONNECT_MS = 5_000;

/**
 * What servers of one database tell each other about a run: its row was changed; there is more of its answer;
 * a server that watched it no longer does.
 */
export interface RunNews {
  runId: string;
  what: "changed" | "grown" | "left";
}

type Listener = (news: RunNews) => void;

class RunChannel {
  readonly #listeners = new Set<Listener>();
  #isHearing = false;
  #isAlone = false;

  /** On the embedded database: there is no other server. */
  get isAlone(): boolean {
    return this.#isAlone;
  }

  /** Whether news arrive here. Where they do not, whoever waits for them has to look again by itself. */
  get isHearing(): boolean {
    return this.#isHearing;
  }

  /** @returns a function that ends it */
  onNews(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async open(): Promise<void> {
    try {
      const { listen, query } = await databaseConnection();
      this.#isAlone = !listen;
      if (!listen) return;
      const hello = JSON.stringify({ hello: thisServer() });
      await listen(CHANNEL, {
        prepare: `select pg_advisory_lock_shared(${SERVER_LOCK}, hashtext('${thisServer()}'))`,
        heard: (payload) => {
          // Its own, over another connection: a pooler in between does not keep this one from hearing.
          if (payload === hello) this.#isHearing = true;
          else this.#tell(payload);
        },
        lost: () => {
          this.#isHearing = false;
          setTimeout(() => void this.open(), RECONNECT_MS).unref();
        },
      });
      await query("select pg_notify($1, $2)", [CHANNEL, hello]);
    } catch (error) {
      logger.warn({ err: error }, "this server does not hear of other servers' runs; it looks every second");
      setTimeout(() => void this.open(), RECONNECT_MS).unref();
    }
  }

  #tell(payload: string): void {
    const [what, runId] = payload.split(" ");
    if (runId === undefined || (what !== "changed" && what !== "grown" && what !== "left")) return;
    for (const listener of this.#listeners) listener({ what, runId });
  }
}

const shared = oncePerProcess("runChannel", () => {
  const channel = new RunChannel();
  void channel.open();
  return channel;
});

/** What this server hears of runs at others. */
export function runChannel(): Pick<RunChannel, "isAlone" | "isHearing" | "onNews"> {
  return shared.get();
}

/** At the start of a server, so that its first run can be found by others. */
export function openRunChannel(): void {
  shared.get();
}

/** An expression for a query whose change other servers are to hear of. */
export function tellingNews({ runId, what }: RunNews) {
  return sql`pg_notify(${CHANNEL}, ${`${what} ${runId}`})`;
}

export async function tellNews(news: RunNews): Promise<void> {
  const db = await database();
  await db.execute(sql`select ${tellingNews(news)}`);
}
