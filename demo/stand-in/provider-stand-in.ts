import { once } from "node:events";
import http from "node:http";
import { answerRequest, type Service } from "./answer-request";
import { answerControlRequest, CONTROL_PATH } from "./control-endpoints";
import { demoKeys } from "./demo-keys";
import { Authorizations } from "./dialects/openrouter/authorizations";
import type { KeyBehaviour } from "./key-behaviours";
import { mayBelongTo } from "./key-ownership";
import { PromptCache } from "./prompt-cache";
import { type JournalEntry, RequestJournal } from "./request-journal";
import { type Pace, startScriptedModel } from "./scripted-model";

export interface ProviderStandInOptions {
  /** Port on 127.0.0.1; 0, the default, takes any free one. */
  port?: number;
  /** Default "instant". */
  pace?: Pace;
  /** Keys that work in addition to the demo keys. */
  acceptedKeys?: readonly string[] | ((key: string) => boolean);
  /** Maximum number of journal entries; default 5000. */
  journalLimit?: number;
  /** Whether journal entries carry the request's body; default true. Turn off for long measurements. */
  keepBodies?: boolean;
  /** Whether `/__stand-in/` answers, for tests in another process; default true. */
  control?: boolean;
}

export interface ProviderStandIn {
  /** Without `/v1`, as in ANTHROPIC_BASE_URL; base-urls.ts has the addresses of the other providers. */
  url: string;
  port: number;
  /** Gives a key a behaviour, from now on; default "answers". It overrides demo and accepted keys. */
  setKey(key: string, behaviour?: KeyBehaviour): void;
  journal(): JournalEntry[];
  clearJournal(): void;
  /** Requests not yet ended. */
  openRequests(): number;
  /** Resolves with the first journal entry that matches, now or later. */
  waitFor(matches: (entry: JournalEntry) => boolean): Promise<JournalEntry>;
  /** Resolves once no request is open. */
  whenIdle(): Promise<void>;
  /** Breaks open connections and stops. May be called again. */
  close(): Promise<void>;
}

/**
 * Starts a local server that speaks the APIs of all providers: the provider of the demo, the tests and the
 * bench.
 *
 * - Anthropic: `/v1/messages`, `/v1/models`
 * - OpenAI: `/v1/chat/completions`, `/v1/models` (the headers tell the two lists apart)
 * - Google: `/google/v1beta/...`; Mistral: `/mistral/v1/...`
 * - OpenRouter: `/api/v1/...`, and its page for connecting an account, `/auth`
 * - OpenAI-compatible endpoints: `/compatible/v1/...`, which requires a key, and `/keyless/v1/...`, which
 *   does not
 *
 * Our layer checks the key, keeps the journal and injects failures; aimock answers successful requests.
 *
 * @throws the listen error (`code: "EADDRINUSE"` when the port is taken).
 */
export async function startProviderStandIn(options: ProviderStandInOptions = {}): Promise<ProviderStandIn> {
  const model = await startScriptedModel(options.pace ?? "instant");
  const journal = new RequestJournal(options.journalLimit ?? 5000);
  const keys = new Map<string, KeyBehaviour>(demoKeys.map((demo) => [demo.key, demo.behaviour]));
  const setKey = (key: string, behaviour: KeyBehaviour = "answers") => void keys.set(key, behaviour);
  const isAccepted = acceptance(options.acceptedKeys);
  const service: Service = {
    journal,
    model,
    cache: new PromptCache(),
    authorizations: new Authorizations(setKey),
    agent: new http.Agent({ keepAlive: true, scheduling: "lifo" }),
    keepBodies: options.keepBodies ?? true,
    behaviourOf: (provider, key) =>
      mayBelongTo(provider, key) ? (keys.get(key) ?? (isAccepted(key) ? "answers" : "invalid")) : "invalid",
  };
  const server = http.createServer((request, response) => {
    if (request.url?.startsWith(CONTROL_PATH) && options.control !== false) {
      void answerControlRequest(request, response, { journal, setKey });
    } else {
      void answerRequest(service, request, response);
    }
  });
  // Node closes an idle connection after 5 s by default, and a client that reuses it in that moment gets
  // ECONNRESET.
  server.keepAliveTimeout = 120_000;
  try {
    server.listen(options.port ?? 0, "127.0.0.1");
    await once(server, "listening");
  } catch (error) {
    await model.close();
    throw error;
  }
  const port = portOf(server);
  let closing: Promise<void> | undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    setKey,
    journal: () => journal.list(),
    clearJournal: () => journal.clear(),
    openRequests: () => journal.openRequests(),
    waitFor: (matches) => journal.waitFor(matches),
    whenIdle: () => journal.whenIdle(),
    async close() {
      closing ??= stop(server, service);
      await closing;
    },
  };
}

async function stop(server: http.Server, service: Service): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  service.agent.destroy();
  await Promise.all([closed, service.model.close()]);
}

function portOf(server: http.Server): number {
  const address = server.address();
  if (typeof address !== "object" || address === null)
    throw new Error("The stand-in listens on no TCP port.");
  return address.port;
}

function acceptance(accepted: ProviderStandInOptions["acceptedKeys"]): (key: string) => boolean {
  if (typeof accepted === "function") return accepted;
  const known = new Set(accepted);
  return (key) => known.has(key);
}
