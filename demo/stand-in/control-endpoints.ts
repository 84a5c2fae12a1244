import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import { type KeyBehaviour, keyBehaviours } from "./key-behaviours";
import type { JournalEntry, RequestJournal } from "./request-journal";

export const CONTROL_PATH = "/__stand-in/";

const keySetting = z.strictObject({ key: z.string().min(1), behaviour: z.enum(keyBehaviours).optional() });

/**
 * Answers the endpoints with which a test in another process controls the stand-in:
 *
 * - `GET /__stand-in/journal` -> `{ openRequests, entries }`; with `?when=idle` it answers once no request is
 *   open. `key`, `text` and `said` select entries (JournalFilter); `bodies=no` leaves their bodies out: with
 *   them, the journal of a long test run is many megabytes.
 * - `DELETE /__stand-in/journal` -> 204
 * - `POST /__stand-in/keys` `{ key, behaviour? }` -> 204; without a behaviour the key works.
 */
export async function answerControlRequest(
  request: IncomingMessage,
  response: ServerResponse,
  stand: { journal: RequestJournal; setKey: (key: string, behaviour?: KeyBehaviour) => void },
): Promise<void> {
  const reply = (status: number, payload?: unknown) => {
    response.writeHead(status, payload === undefined ? {} : { "content-type": "application/json" });
    response.end(payload === undefined ? undefined : JSON.stringify(payload));
  };
  // DNS rebinding: a web page whose name was pointed at 127.0.0.1 must not read the keys someone typed into a
  // demo.
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? "")) return reply(403);
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  switch (`${request.method} ${pathname}`) {
    case "GET /__stand-in/journal":
      if (searchParams.get("when") === "idle") await stand.journal.whenIdle();
      return reply(200, {
        openRequests: stand.journal.openRequests(),
        entries: entriesFor(stand.journal, searchParams),
      });
    case "DELETE /__stand-in/journal":
      stand.journal.clear();
      return reply(204);
    case "POST /__stand-in/keys": {
      const setting = keySetting.safeParse(await jsonOf(request));
      if (!setting.success) return reply(400, { error: z.prettifyError(setting.error) });
      stand.setKey(setting.data.key, setting.data.behaviour);
      return reply(204);
    }
    default:
      return reply(404, { error: "No such control endpoint." });
  }
}

function entriesFor(journal: RequestJournal, asked: URLSearchParams): JournalEntry[] {
  const [key, text, said] = ["key", "text", "said"].map((name) => asked.get(name) ?? undefined);
  const entries = journal.list({ key, text, said });
  return asked.get("bodies") === "no" ? entries.map((entry) => ({ ...entry, body: null })) : entries;
}

async function jsonOf(request: IncomingMessage): Promise<unknown> {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    return undefined;
  }
}
