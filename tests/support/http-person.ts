import { randomUUID } from "node:crypto";
import type { ThreadMessage } from "@/contracts/threads";
import { type Installation, storeAccount, storeSession } from "./stored-session";

export interface HttpAnswer {
  status: number;
  headers: Headers;
  // oxlint-disable-next-line no-explicit-any -- answers of every shape are looked into by tests
  body: any;
  text: string;
}

/** A person who uses the HTTP API like a browser: a session cookie, a bearer token for the agent. */
export class HttpPerson {
  readonly email: string;
  readonly password = "correct horse battery staple";
  readonly #url: string;
  userId = "";
  cookie = "";
  token = "";
  /** Where this account was stored without the sign-up; undefined for one that signed up. */
  #storedIn: Installation | undefined;

  private constructor(url: string, email: string) {
    this.#url = url;
    this.email = email;
  }

  /** A fresh account, signed in, with a bearer token. */
  static async signUp(
    url: string,
    name = "Test Person",
    email = `${randomUUID()}@example.com`,
    invitation?: string,
  ): Promise<HttpPerson> {
    const person = new HttpPerson(url, email);
    const answer = await person.call("POST", "/api/auth/sign-up/email", {
      name,
      email: person.email,
      password: person.password,
      ...(invitation === undefined ? {} : { invitation }),
    });
    if (answer.status !== 200) throw new Error(`sign-up answered ${answer.status}: ${answer.text}`);
    person.userId = answer.body.user.id;
    person.#keepCookie(answer);
    await person.refreshToken();
    return person;
  }

  /**
   * A fresh account, signed in, with a bearer token, as rows that the server finds like those of a sign-up.
   * Hashing a password is slow on purpose, so tests of other things skip it. Signing in works with
   * `password`.
   */
  static async stored(
    url: string,
    installation: Installation,
    name = "Test Person",
    email = `${randomUUID()}@example.com`,
  ): Promise<HttpPerson> {
    const person = new HttpPerson(url, email);
    person.userId = await storeAccount(installation, { name, email, password: person.password });
    await person.#beginStoredSession(installation);
    return person;
  }

  async #beginStoredSession(installation: Installation): Promise<void> {
    this.#storedIn = installation;
    this.cookie = await storeSession(installation, this.userId);
    await this.refreshToken();
  }

  /** The same account, signed in once more with its own session. */
  async onAnotherDevice(): Promise<HttpPerson> {
    const device = new HttpPerson(this.#url, this.email);
    device.userId = this.userId;
    if (this.#storedIn) {
      await device.#beginStoredSession(this.#storedIn);
      return device;
    }
    const answer = await device.signIn();
    if (answer.status !== 200) throw new Error(`sign-in answered ${answer.status}: ${answer.text}`);
    await device.refreshToken();
    return device;
  }

  /**
   * The same session at another server of the same installation, where a load balancer could have sent it.
   */
  at(url: string): HttpPerson {
    const there = new HttpPerson(url, this.email);
    return Object.assign(there, { userId: this.userId, cookie: this.cookie, token: this.token });
  }

  async deleteAccount(): Promise<void> {
    const answer = await this.call("POST", "/api/auth/delete-user", { password: this.password });
    if (answer.status !== 200)
      throw new Error(`deleting an account answered ${answer.status}: ${answer.text}`);
  }

  async signOut(): Promise<void> {
    const answer = await this.call("POST", "/api/auth/sign-out", {});
    if (answer.status !== 200) throw new Error(`sign-out answered ${answer.status}: ${answer.text}`);
  }

  async signIn(password = this.password, headers: Record<string, string> = {}): Promise<HttpAnswer> {
    const answer = await this.call(
      "POST",
      "/api/auth/sign-in/email",
      { email: this.email, password },
      headers,
    );
    if (answer.status === 200) this.#keepCookie(answer);
    return answer;
  }

  async refreshToken(): Promise<void> {
    const answer = await this.call("GET", "/api/auth/token");
    if (answer.status !== 200) throw new Error(`the token answered ${answer.status}: ${answer.text}`);
    this.token = answer.body.token;
  }

  #keepCookie(answer: HttpAnswer): void {
    this.cookie = answer.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; ");
  }

  /** One call of the JSON API. */
  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<HttpAnswer> {
    const response = await fetch(this.#url + path, {
      method,
      headers: {
        origin: this.#url,
        ...(this.cookie ? { cookie: this.cookie } : {}),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parseOrNull(text) };
  }

  async createProject(name = "A project"): Promise<string> {
    return (await this.call("POST", "/api/v1/projects", { name })).body.id;
  }

  /** The messages of a thread as the product lists them: all branches, oldest first. */
  async messagesOf(projectId: string, threadId: string): Promise<ThreadMessage[]> {
    const answer = await this.call("GET", `/api/v1/projects/${projectId}/threads/${threadId}/messages`);
    if (answer.status !== 200) throw new Error(`listing messages answered ${answer.status}: ${answer.text}`);
    return answer.body.messages;
  }

  /** Saves a key. With a name, an address or for the session only it is a further one. @returns its id */
  async saveKey(
    apiKey: string,
    more: { provider?: string; label?: string; baseUrl?: string; sessionOnly?: boolean } = {},
  ): Promise<string> {
    const answer = await this.call("POST", "/api/v1/user/ai-keys", {
      provider: "anthropic",
      apiKey,
      ...more,
    });
    if (answer.status !== 200) throw new Error(`saving a key answered ${answer.status}: ${answer.text}`);
    return answer.body.id ?? (await this.#defaultKeyOf(more.provider ?? "anthropic"));
  }

  async #defaultKeyOf(provider: string): Promise<string> {
    const { keys } = (await this.call("GET", "/api/v1/user/ai-keys")).body;
    return keys.find(
      (key: { provider: string; isDefault: boolean }) => key.provider === provider && key.isDefault,
    ).id;
  }

  /**
   * Sends a conversation to the agent and gives the raw response, so that a test can read or abort its
   * stream.
   */
  send(options: {
    projectId: string;
    text?: string;
    messages?: unknown;
    keyProvider?: string;
    aiProvider?: string;
    keyId?: string;
    model?: string;
    threadId?: string;
    /** One message and the stored one it follows, instead of the conversation. */
    question?: { parentId: string | null; message: unknown };
    keepWorking?: boolean;
    compact?: boolean;
    token?: string;
    signal?: AbortSignal;
  }): Promise<Response> {
    const query = new URLSearchParams({
      projectId: options.projectId,
      model: options.model ?? "claude-haiku-4-5",
      keyProvider: options.keyProvider ?? "platform",
      ...(options.aiProvider ? { aiProvider: options.aiProvider } : {}),
      ...(options.keyId ? { keyId: options.keyId } : {}),
    });
    const messages = options.messages ?? [userMessage(options.text ?? "say: hello")];
    return fetch(`${this.#url}/api/mastra/codegen?${query}`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${options.token ?? this.token}` },
      body: JSON.stringify({
        ...(options.question ?? { messages }),
        ...(options.threadId ? { threadId: options.threadId } : {}),
        ...(options.keepWorking === undefined ? {} : { keepWorking: options.keepWorking }),
        ...(options.compact === undefined ? {} : { compact: options.compact }),
      }),
      signal: options.signal ?? null,
    });
  }

  /** Sends a message and reads the whole answer. */
  async chat(options: Parameters<HttpPerson["send"]>[0]): Promise<ChatAnswer> {
    return readAnswer(await this.send(options));
  }

  /** A call of the agent's API: with the token instead of the cookie. */
  agent(
    method: string,
    path: string,
    { body, signal, token = this.token }: { body?: unknown; signal?: AbortSignal; token?: string } = {},
  ): Promise<Response> {
    return fetch(`${this.#url}/api/mastra/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal ?? null,
    });
  }

  /** Joins the answer that is being written in a thread. */
  join(threadId: string, signal?: AbortSignal): Promise<Response> {
    return this.agent("GET", `threads/${threadId}/stream`, signal ? { signal } : {});
  }

  /** Stops a run. @returns whether it was stopped; the status of a refusal */
  async stopRun(runId: string | null): Promise<boolean | number> {
    const response = await this.agent("DELETE", `runs/${runId}`);
    const { stopped } = (await response.json()) as { stopped?: boolean };
    return stopped ?? response.status;
  }
}

/** Reads an answer to its end. */
export async function readAnswer(response: Response): Promise<ChatAnswer> {
  const text = await response.text();
  const chunks = text
    .split("\n")
    .filter((line) => line.startsWith("data: {"))
    .map((line) => JSON.parse(line.slice(6)) as ChatChunk);
  return {
    status: response.status,
    raw: text,
    chunks,
    text: textOf(chunks),
    error: chunks.find((chunk) => chunk.type === "data-chat-error")?.data ?? parseOrNull(text),
  };
}

export function textOf(chunks: ChatChunk[]): string {
  return chunks.flatMap((chunk) => (chunk.type === "text-delta" ? [chunk.delta ?? ""] : [])).join("");
}

export interface ChatChunk {
  type: string;
  delta?: string;
  data?: { code: string; message: string; action: string | null };
  messageMetadata?: Record<string, unknown>;
  [field: string]: unknown;
}

export interface ChatAnswer {
  status: number;
  raw: string;
  chunks: ChatChunk[];
  text: string;
  // oxlint-disable-next-line no-explicit-any -- the error of a stream, or the body of a refusal
  error: any;
}

export function userMessage(text: string): {
  id: string;
  role: "user";
  parts: { type: "text"; text: string }[];
} {
  return { id: randomUUID(), role: "user", parts: [{ type: "text", text }] };
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
