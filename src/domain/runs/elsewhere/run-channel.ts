import "server-only";
import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import { onSessionEnd } from "@/lib/auth/session-end";
import { database, databaseConnection } from "@/lib/db/client";
import { logger } from "@/lib/logger";
import { oncePerProcess } from "@/lib/once-per-process";
import { thisServer } from "../this-server";
import { SERVER_LOCK } from "./server-is-dead";

const CHANNEL = "orchestral_runs";
const RECONNECT_MS = 5_000;

const KINDS = ["changed", "grown", "watched", "left", "session_ended"] as const;

/**
 * What servers of one database tell each other: the row of a run was changed; there is more of its answer;
 * somebody at another server watches it, or no longer does; a session ended.
 */
export interface RunNews {
  what: (typeof KINDS)[number];
  /** Of the run, or the session. */
  id: string;
  /** Stands for all viewers at a server. */
  watcher?: string | undefined;
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
      // Its own, over another connection: a pooler in between does not keep this one from hearing.
      const hello = randomUUID();
      let isLost = false;
      const heardIt = Promise.withResolvers<void>();
      const inSession = await listen(CHANNEL, {
        heard: (payload) => (payload === hello ? heardIt.resolve() : this.#tell(payload)),
        lost: () => {
          isLost = true;
          this.#isHearing = false;
          setTimeout(() => void this.open(), RECONNECT_MS).unref();
        },
      });
      await query("select pg_notify($1, $2)", [CHANNEL, hello]);
      void heardIt.promise
        .then(() =>
          inSession("select pg_advisory_lock_shared($1, hashtext($2))", [SERVER_LOCK, thisServer()]),
        )
        .then(
          () => (this.#isHearing = !isLost),
          // The connection broke meanwhile: `lost` is called.
          () => undefined,
        );
    } catch (error) {
      logger.warn({ err: error }, "this server does not hear of other servers' runs; it looks every second");
      setTimeout(() => void this.open(), RECONNECT_MS).unref();
    }
  }

  #tell(payload: string): void {
    const [kind, id, watcher] = payload.split(" ");
    const what = KINDS.find((each) => each === kind);
    if (what === undefined || id === undefined) return;
    for (const listener of this.#listeners) listener({ what, id, watcher });
  }
}

const shared = oncePerProcess("runChannel", () => {
  const channel = new RunChannel();
  void channel.open();
  onSessionEnd((id) => {
    if (channel.isAlone) return;
    tellNews({ what: "session_ended", id }).catch((error: unknown) =>
      logger.warn({ err: error }, "other servers were not told that a session ended"),
    );
  });
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
export function tellingNews({ what, id, watcher }: RunNews) {
  return sql`pg_notify(${CHANNEL}, ${[what, id, watcher ?? ""].join(" ").trimEnd()})`;
}

export async function tellNews(news: RunNews): Promise<void> {
  const db = await database();
  await db.execute(sql`select ${tellingNews(news)}`);
}
