import { createCipheriv, randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AppServer, startAppServer } from "../support/app-server";
import { HttpPerson, userMessage } from "../support/http-person";
import { freePort } from "../support/real-postgres";
import {
  type HostileProvider,
  startHostileProvider,
  type WayToEcho,
  waysToEcho,
} from "./support/hostile-provider";
import { callAs } from "./support/json-addresses";
import { type Haystack, LeakDetector } from "./support/leak-detector";
import { recordAnswers } from "./support/record-answers";

/**
 * Random, so that no part of it appears anywhere by chance; with characters that every encoding writes
 * differently.
 */
function canary(): string {
  return `${randomBytes(33).toString("base64")}+/${randomBytes(33).toString("base64")}`;
}

describe("the detector", () => {
  const secret = canary();
  const detector = new LeakDetector({ secret });
  const found = (content: string | Uint8Array) => detector.search([{ where: "here", content }]).length > 0;
  const noise = randomBytes(3000).toString("base64");

  const shapes: [name: string, planted: string | Uint8Array][] = [
    ["as it is", `before ${secret} after`],
    ["its first twelve characters", `${secret.slice(0, 12)}…`],
    ["its last twelve characters", `…${secret.slice(-12)}`],
    ["twelve from the middle", secret.slice(40, 52)],
    ["in JSON", JSON.stringify({ key: secret })],
    [
      "in JSON in JSON",
      JSON.stringify({ body: JSON.stringify({ key: `${secret.slice(0, 20)}"${secret.slice(20)}` }) }),
    ],
    ["in a query", `?${new URLSearchParams({ key: secret })}`],
    ["URL-encoded", encodeURIComponent(secret)],
    ["reversed", Array.from(secret).toReversed().join("")],
    ["in hex", Buffer.from(secret).toString("hex")],
    ["in capital hex", Buffer.from(secret).toString("hex").toUpperCase()],
    ["in base64 at the start", Buffer.from(secret).toString("base64")],
    ["in base64 behind one byte", Buffer.from(`x${secret}yz`).toString("base64")],
    ["in base64 behind two bytes", Buffer.from(`xx${secret}y`).toString("base64")],
    ["in base64 behind a long text", Buffer.from(`authorization: ${secret}\r\n`).toString("base64")],
    ["in base64url", Buffer.from(`{"apiKey":"${secret}"}`).toString("base64url")],
    ["in the bytes of a file", Buffer.concat([randomBytes(5000), Buffer.from(secret), randomBytes(5000)])],
    ["as the user part of basic authentication", `Basic ${Buffer.from(`${secret}:`).toString("base64")}`],
  ];
  test.each(shapes)("finds a secret %s", (_name, planted) => {
    expect(found(planted)).toBe(true);
    expect(found(typeof planted === "string" ? noise + planted + noise : planted)).toBe(true);
  });

  test("finds nothing where nothing is, and distinguishes two secrets", () => {
    expect(found(noise)).toBe(false);
    expect(found(randomBytes(500_000))).toBe(false);
    expect(found(secret.slice(0, 11))).toBe(false);
    const other = canary();
    const both = new LeakDetector({ secret, other });
    expect(both.search([{ where: "there", content: other }])).toMatchObject([
      { secret: "other", form: "plain", where: "there" },
    ]);
  });

  test("finds a secret that an answer streams in pieces", () => {
    const pieces = secret.match(/.{1,4}/g) ?? [];
    const stream = pieces
      .map((delta) => `data: ${JSON.stringify({ type: "text-delta", delta })}\n\n`)
      .join("");
    expect(found(stream)).toBe(false);
    expect(detector.search(withJoinedDeltas([{ where: "a stream", content: stream }]))).toHaveLength(1);
  });
});

describe("after everything that happens to keys, they are nowhere but sealed", () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), "orchestral-canary-"));
  const distDir = path.resolve(import.meta.dirname, "../..", process.env.NEXT_DIST_DIR ?? ".next");

  const echoed = Object.fromEntries(waysToEcho.map((way) => [way, canary()])) as Record<WayToEcho, string>;
  const typed = {
    "the first key": canary(),
    "the key that replaced it": canary(),
    "a key that was deleted": canary(),
    "a key that stays": canary(),
    "a key refused for its line break": canary(),
    "a key refused for its provider": canary(),
    "a key in a body that is no JSON": canary(),
    "a key in a field too many": canary(),
    "a key in an address": canary(),
    "a key instead of a token": canary(),
    "a key that was tested and not saved": canary(),
    "a key added with a name": canary(),
    "the key put into its place": canary(),
    "a key refused in its place": canary(),
    "a key for the session": canary(),
    "a key for a closed endpoint": canary(),
    "a project's secret": canary(),
    "the secret that replaced it": canary(),
    "a password": canary(),
    "a wrong password": canary(),
  };
  /** Stored in the plan's format by other software, with a line break that no header can carry. */
  const takenOver = `${canary()}\n${canary()}`;
  const encryptionKey = randomBytes(32);
  const ofTheServer = {
    "the platform's key": canary(),
    "the encryption key": encryptionKey.toString("hex"),
    "the secret of the sessions": randomBytes(32).toString("hex"),
  };

  let provider: HostileProvider;
  let recording: ReturnType<typeof recordAnswers>;
  let person: HttpPerson;
  let output = "";
  let database: Haystack[] = [];
  let sealed: string[] = [];
  const codes: Partial<Record<WayToEcho, string>> = {};
  let takenOverAnswer: unknown;

  beforeAll(async () => {
    provider = await startHostileProvider();
    const port = await freePort();
    const start = () =>
      startAppServer(
        {
          DATA_DIR: dataDir,
          ANTHROPIC_BASE_URL: provider.url,
          ANTHROPIC_API_KEY: ofTheServer["the platform's key"],
          ENCRYPTION_KEYS: `k1:${ofTheServer["the encryption key"]}`,
          BETTER_AUTH_SECRET: ofTheServer["the secret of the sessions"],
          LOG_LEVEL: "debug",
          PROVIDER_TIMEOUT_SECONDS: "20",
        },
        { port },
      );
    recording = recordAnswers(`http://127.0.0.1:${port}`);

    const before = await start();
    person = await HttpPerson.signUp(before.url);
    await liveWithKeys(before);
    output += await stopped(before);
    await takeOverAKey();
    const after = await start();
    await useTheKeyTakenOver();
    output += await stopped(after);

    recording.stop();
    database = await everyRow();
    // Two starts of a server on an embedded database, and sixteen people: ten seconds on a quiet machine.
  }, 240_000);

  afterAll(async () => {
    recording?.stop();
    await provider?.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  /** The life of keys: good, replaced, failing in every way, refused, deleted; and what else is secret. */
  async function liveWithKeys(server: AppServer): Promise<void> {
    const projectId = await person.createProject();
    const send = (keyProvider: string) =>
      person.chat({ projectId, threadId: randomUUID(), text: "say: hello", keyProvider });
    for (const key of [typed["the first key"], typed["the key that replaced it"]]) {
      await person.saveKey(`${key}\n`);
      expect(await send("personal")).toMatchObject({ status: 200, text: "fine", error: null });
    }
    expect(await send("platform")).toMatchObject({ status: 200, text: "fine", error: null });

    const meet = async (way: WayToEcho) => {
      const someone = await HttpPerson.signUp(server.url);
      await someone.saveKey(echoed[way]);
      provider.echo(echoed[way], way);
      const threadId = randomUUID();
      const theirs = await someone.createProject();
      const answer = await someone.chat({
        projectId: theirs,
        threadId,
        text: "say: hello",
        keyProvider: "personal",
      });
      codes[way] = answer.error?.code ?? "none";
      await someone.messagesOf(theirs, threadId);
      await someone.call("GET", "/api/v1/user/ai-keys");
      await someone.call("GET", "/api/v1/models");
    };
    await Promise.all(waysToEcho.map(meet));

    const save = (provider: string, apiKey: string) =>
      person.call("POST", "/api/v1/user/ai-keys", { provider, apiKey });
    const mistakes = [
      await save(
        "anthropic",
        `${typed["a key refused for its line break"]}\n${typed["a key refused for its line break"]}`,
      ),
      await save("anthropic", typed["a key refused for its line break"].repeat(12)),
      await save("anthropic", typed["a key refused for its line break"].repeat(200)),
      await save("acme", typed["a key refused for its provider"]),
      await save(typed["a key refused for its provider"], "x"),
      await person.call(
        "POST",
        "/api/v1/user/ai-keys",
        `{"apiKey": "${typed["a key in a body that is no JSON"]}`,
      ),
      await person.call("POST", "/api/v1/user/ai-keys", typed["a key in a body that is no JSON"], {
        "content-type": "text/plain",
      }),
      await person.call("POST", "/api/v1/user/ai-keys", { key: typed["a key in a field too many"] }),
      await callAs(
        person,
        "POST",
        `/api/mastra/codegen?projectId=${projectId}&model=x&apiKey=${encodeURIComponent(typed["a key in an address"])}`,
        {},
      ),
      await callAs(
        person,
        "POST",
        `/api/mastra/codegen?projectId=${encodeURIComponent(typed["a key in an address"])}`,
        {
          messages: [userMessage("say: hello")],
        },
      ),
      await person.call("GET", `/api/v1/projects/${encodeURIComponent(typed["a key in an address"])}`),
      await person.call(
        "GET",
        `/api/v1/user/ai-keys?provider=${encodeURIComponent(typed["a key in an address"])}`,
      ),
      await person.call(
        "POST",
        "/api/mastra/codegen",
        {},
        { authorization: `Bearer ${typed["a key instead of a token"]}` },
      ),
      await person.call("GET", "/api/v1/projects", undefined, {
        cookie: `orchestral.session_token=${typed["a key instead of a token"]}`,
      }),
      await person.call("POST", "/api/auth/sign-in/email", {
        email: person.email,
        password: typed["a wrong password"],
      }),
      await person.call("POST", "/api/auth/sign-in/email", {
        email: typed["a wrong password"],
        password: "x",
      }),
    ];
    expect(mistakes.filter(({ status }) => status < 400 || status > 499)).toEqual([]);
    const changed = await person.call("POST", "/api/auth/change-password", {
      currentPassword: person.password,
      newPassword: typed["a password"],
    });
    expect(changed.status).toBe(200);
    expect((await person.signIn(typed["a password"])).status).toBe(200);
    await person.refreshToken();

    await person.saveKey(typed["a key that was deleted"]);
    await send("personal");
    await person.call("DELETE", "/api/v1/user/ai-keys?provider=anthropic");
    expect((await send("personal")).error).toMatchObject({ code: "personal_key_missing" });
    await person.saveKey(typed["a key that stays"]);
    await send("personal");
    await manageKeys(projectId);
    for (const name of ["a project's secret", "the secret that replaced it"] as const) {
      await person.call("POST", `/api/v1/projects/${projectId}/secrets`, {
        name: "TOKEN",
        value: typed[name],
      });
    }
    await send("personal");
    for (const address of [
      "/api/v1/user/ai-keys",
      "/api/v1/user/ai-keys?provider=anthropic",
      "/api/v1/models",
      `/api/v1/projects/${projectId}/secrets`,
      `/api/v1/projects/${projectId}/files`,
      "/api/auth/get-session",
      "/api/health",
      "/",
      "/sign-in",
      "/projects",
      "/settings",
      `/projects/${projectId}`,
    ]) {
      expect({ address, status: (await person.call("GET", address)).status }).toEqual({
        address,
        status: 200,
      });
    }
  }

  /**
   * What else can be done with keys: testing, naming, replacing, listing models, holding one for the session.
   */
  async function manageKeys(projectId: string): Promise<void> {
    const keys = "/api/v1/user/ai-keys";
    const sayWith = (keyId: string) =>
      person.chat({ projectId, text: "say: hello", keyProvider: "personal", aiProvider: "anthropic", keyId });
    const pasted = { provider: "anthropic", apiKey: typed["a key that was tested and not saved"] };
    expect((await person.call("POST", `${keys}/test`, pasted)).status).toBe(200);
    const keyId = await person.saveKey(typed["a key added with a name"], { label: "Work" });
    expect(await sayWith(keyId)).toMatchObject({ text: "fine", error: null });
    await person.call("POST", `${keys}/${keyId}/test`);
    await person.call("GET", `${keys}/${keyId}/models`);
    provider.echo(typed["a key refused in its place"], "401 with the key in its message");
    const put = (apiKey: string) =>
      person.call("POST", `${keys}/${keyId}/replacement`, { apiKey, evenIfUntested: true });
    expect(await put(typed["a key refused in its place"])).toMatchObject({
      status: 400,
      body: { code: "key_not_accepted" },
    });
    expect((await put(typed["the key put into its place"])).status).toBe(200);
    expect(await sayWith(keyId)).toMatchObject({ text: "fine", error: null });
    expect((await person.call("POST", `${keys}/${keyId}/previous`)).status).toBe(200);
    expect((await person.call("PATCH", `${keys}/${keyId}`, { label: "Private" })).status).toBe(200);
    expect((await person.call("GET", `${keys}/${keyId}/deletion`)).status).toBe(200);
    const held = await person.saveKey(typed["a key for the session"], { sessionOnly: true });
    expect(await sayWith(held)).toMatchObject({ text: "fine", error: null });
    await person.call("POST", `${keys}/${held}/test`);
    const endpoint = {
      provider: "openai-compatible",
      apiKey: typed["a key for a closed endpoint"],
      baseUrl: provider.url,
    };
    for (const path of [keys, `${keys}/test`]) {
      expect((await person.call("POST", path, endpoint)).body).toMatchObject({ code: "endpoint_refused" });
    }
  }

  async function takeOverAKey(): Promise<void> {
    const iv = randomBytes(16);
    const cipher = createCipheriv("aes-256-gcm", encryptionKey, iv);
    const ciphertext = Buffer.concat([cipher.update(takenOver, "utf8"), cipher.final()]);
    const asPlanned = Buffer.concat([iv, cipher.getAuthTag(), ciphertext]).toString("base64");
    await using pglite = await PGlite.create(path.join(dataDir, "pglite"));
    const changed = await pglite.query(
      "update user_ai_api_keys set api_key = $2 where user_id <> $1 and last4 = $3 returning id",
      [person.userId, asPlanned, echoed["an error inside the stream"].slice(-4)],
    );
    expect(changed.rows).toHaveLength(1);
    const owner = await pglite.query<{ user_id: string }>(
      "select user_id from user_ai_api_keys where api_key = $1",
      [asPlanned],
    );
    // Passed to the person who continues, in place of the key that stays.
    await pglite.query("update user_ai_api_keys set provider = 'openai' where user_id = $1", [person.userId]);
    await pglite.query("update user_ai_api_keys set user_id = $1 where user_id = $2", [
      person.userId,
      owner.rows[0]?.user_id,
    ]);
  }

  async function useTheKeyTakenOver(): Promise<void> {
    const projectId = (await person.call("GET", "/api/v1/projects")).body.projects[0].id;
    const answer = await person.chat({ projectId, text: "say: hello", keyProvider: "personal" });
    const { keys } = (await person.call("GET", "/api/v1/user/ai-keys")).body;
    takenOverAnswer = { code: answer.error?.code, status: keys[0]?.status };
  }

  /** Every row of every table as text, and every file of the data folder as stored on disk. */
  async function everyRow(): Promise<Haystack[]> {
    const pglite = await PGlite.create(path.join(dataDir, "pglite"));
    const tables = await pglite.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    const rows: Haystack[] = [];
    for (const { name } of tables.rows) {
      const found = await pglite.query<{ row: string }>(`select row_to_json(t)::text as row from ${name} t`);
      rows.push({ where: `table ${name}`, content: found.rows.map(({ row }) => row).join("\n") });
    }
    const keys = await pglite.query<{ api_key: string }>("select api_key from user_ai_api_keys");
    const secrets = await pglite.query<{ value: { text: string } }>("select value from project_secrets");
    sealed = [...keys.rows.map((row) => row.api_key), ...secrets.rows.map((row) => row.value.text)];
    await pglite.close();
    return [...rows, ...filesBelow(dataDir)];
  }

  const detector = new LeakDetector({
    ...echoed,
    ...typed,
    ...ofTheServer,
    "a key taken over": takenOver.replace("\n", ""),
  });

  test("every way to echo a key was used, and reported in our own words", () => {
    expect(codes).toEqual({
      "401 with the key in its message": "provider_key_invalid",
      "400 with the key in its message and in every header": "provider_rejected_request",
      "403 with the key as the error's type": "provider_key_forbidden",
      "429 with the key as the time to wait": "provider_rate_limited",
      "500 with a web page that shows the request": "provider_error",
      "502 with a body that never was JSON": "provider_error",
      "200 with a web page that shows the request": "provider_bad_response",
      "200 with JSON instead of a stream": "provider_error",
      "an error inside the stream": "provider_key_invalid",
      "an error inside the stream, of no known type": "provider_error",
      "a broken event inside the stream": "provider_bad_response",
      "an event of no known kind": "stream_interrupted",
      "a redirect to another host": "provider_unreachable",
      "a connection cut in the middle of the key": "provider_key_invalid",
    });
  });

  test("a key no header can carry is asked for again, also by a server that was started anew on the same data", () => {
    expect(takenOverAnswer).toEqual({ code: "personal_key_unreadable", status: "needs_reentry" });
  });

  test("each key travelled in its one header, to its one host", () => {
    const requests = provider.requests();
    expect(requests.length).toBeGreaterThan(18);
    expect(
      detector.search(
        requests.map(({ withoutKey }, index) => ({ where: `request ${index}`, content: withoutKey })),
      ),
    ).toEqual([]);
    const used = new Set(requests.map(({ key }) => key));
    for (const key of [...Object.values(echoed), ofTheServer["the platform's key"], typed["the first key"]]) {
      expect(used).toContain(key);
    }
    expect(provider.strayRequests()).toBe(0);
  });

  test("no answer holds a part of one: no body, no header, no stream, no page", () => {
    expect(recording.answers.length).toBeGreaterThan(120);
    const all = recording.answers.map(({ content }) => content).join("");
    for (const sign of [
      person.email,
      "text/event-stream",
      "<!DOCTYPE html>",
      "data-chat-error",
      "needs_reentry",
    ]) {
      expect(all.includes(sign) ? "there" : sign).toBe("there");
    }
    expect(detector.search(withJoinedDeltas(recording.answers))).toEqual([]);
  });

  test("the server's output holds none, at its most talkative, and no session's token either", () => {
    const talkative = [{ where: "output", content: output }];
    expect(detector.search(talkative)).toEqual([]);
    const cookie = decodeURIComponent(person.cookie.split("=")[1] ?? "");
    expect(new LeakDetector({ token: person.token, cookie }).search(talkative)).toEqual([]);
    for (const word of [person.email, "say: hello"]) expect(output).not.toContain(word);
    // There was something to log, and it was logged.
    expect(output).toContain('"failure":"provider_key_invalid"');
    expect(output).toContain("a saved provider key cannot be opened");
  });

  test("every line of the log is one entry: nothing that was sent could forge one", () => {
    const lines = output.split("\n").filter((line) => line.includes('"level"'));
    expect(lines.length).toBeGreaterThan(10);
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
  });

  test("the database holds them sealed: no row and no file of the data folder shows a part of one", () => {
    expect(sealed.length).toBeGreaterThan(14);
    // Also the one migrated from the old format: the startup that found it sealed it with its owner's data
    // key.
    expect(sealed.filter((value) => !/^orc2\.[a-z2-7]{32}\.[\w-]{16}\.[\w-]+$/.test(value))).toEqual([]);
    // The searched text does contain what is stored: the e-mail address, in a row and in a file.
    const withEmail = database.filter(({ content }) => Buffer.from(content).includes(person.email));
    expect(withEmail.map(({ where }) => where.split(" ")[0])).toEqual(
      expect.arrayContaining(["table", "file"]),
    );
    expect(detector.search(database)).toEqual([]);
  });

  test("what browsers are given holds no secret of the server, nor its name", () => {
    const bundle = filesBelow(path.join(distDir, "static"));
    expect(bundle.length).toBeGreaterThan(10);
    expect(detector.search(bundle)).toEqual([]);
    const names = /ENCRYPTION_KEYS|BETTER_AUTH_SECRET|ANTHROPIC_API_KEY|createDecipheriv/;
    const telling = [...bundle, ...recording.answers].filter(({ content }) =>
      names.test(Buffer.from(content).toString("latin1")),
    );
    expect(telling.map(({ where }) => where)).toEqual([]);
  });
});

/** The answers, and with each stream the text assembled from its chunks. */
function withJoinedDeltas(answers: readonly Haystack[]): Haystack[] {
  return answers.flatMap((answer) => {
    const deltas = String(answer.content)
      .split("\n")
      .filter((line) => line.startsWith("data: {"))
      .map((line) => JSON.parse(line.slice(6)) as Record<string, unknown>)
      .map(
        ({ delta, inputTextDelta }) =>
          `${typeof delta === "string" ? delta : ""}${typeof inputTextDelta === "string" ? inputTextDelta : ""}`,
      );
    return deltas.length === 0
      ? [answer]
      : [answer, { where: `${answer.where}, joined`, content: deltas.join("") }];
  });
}

function filesBelow(folder: string): Haystack[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile())
    .map((file) => ({ where: `file ${path.relative(folder, file)}`, content: readFileSync(file) }));
}

async function stopped(server: AppServer): Promise<string> {
  await server.stop();
  return server.output();
}
