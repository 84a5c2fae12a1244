import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { chatChunks, restOf, untilChunk } from "../http/support/chat-chunks";
import { sql, whileProjectIsLocked } from "../http/support/database";
import { newPerson } from "../http/support/new-person";
import { arrivedUpstream, newKey } from "../http/support/stand-in";
import type { ChatChunk, HttpPerson } from "../support/http-person";

/* Authority that ends while an agent works: no provider request is sent after it, whoever pays. */

type Payment = { keyProvider: string; keyId?: string };

const payments: [name: string, pay: (person: HttpPerson) => Promise<Payment>][] = [
  [
    "a saved key",
    async (person) => ({ keyProvider: "personal", keyId: await person.saveKey(await newKey()) }),
  ],
  [
    "a session key",
    async (person) => ({
      keyProvider: "personal",
      keyId: await person.saveKey(await newKey(), { label: "For today", sessionOnly: true }),
    }),
  ],
  ["the platform key", async () => ({ keyProvider: "platform" })],
];

async function sessionIdOf(person: HttpPerson): Promise<string> {
  return (await person.call("GET", "/api/auth/get-session")).body.session.id;
}

function errorOf(chunks: ChatChunk[]) {
  return chunks.find(({ type }) => type === "data-chat-error")?.data;
}

describe("while the agent works, as another server of the same installation ends it", () => {
  const ends: [name: string, code: string, end: (person: HttpPerson) => Promise<unknown>][] = [
    [
      "its session",
      "unauthorized",
      async (person) => sql("delete from session where id = $1", [await sessionIdOf(person)]),
    ],
    [
      "the lifetime of its session",
      "unauthorized",
      async (person) =>
        sql("update session set expires_at = now() at time zone 'utc' - interval '1 second' where id = $1", [
          await sessionIdOf(person),
        ]),
    ],
    [
      "the person's right to be here",
      "account_suspended",
      (person) => sql(`update "user" set suspended_at = now() where id = $1`, [person.userId]),
    ],
  ];

  test.each(
    payments.flatMap(([payer, pay]) => ends.map(([end, code, act]) => ({ payer, pay, end, code, act }))),
  )("$end, $payer pays for nothing more", async ({ pay, code, act }) => {
    const person = await newPerson();
    const paid = await pay(person);
    const projectId = await person.createProject();
    const word = randomUUID();
    const text = `tool: writeFile ${JSON.stringify({ path: "a.txt", content: word })}`;
    let chunks: AsyncGenerator<ChatChunk> | undefined;
    // The tool waits for the project, so that authority ends between two provider requests.
    await whileProjectIsLocked(projectId, async () => {
      chunks = chatChunks(await person.send({ projectId, text, ...paid }));
      await untilChunk(chunks, "tool-input-available");
      await act(person);
    });
    const rest = chunks ? await restOf(chunks) : [];
    expect(errorOf(rest)).toMatchObject({ code });
    expect(await arrivedUpstream({ text: word })).toHaveLength(1);
  });
});

describe("a session that ends on this server ends its answers at once", () => {
  const ends: [name: string, end: (person: HttpPerson) => Promise<{ status: number }>][] = [
    ["signing out", (person) => person.call("POST", "/api/auth/sign-out", {})],
    [
      "signing out all other devices from another one",
      async (person) => (await person.onAnotherDevice()).call("POST", "/api/auth/revoke-other-sessions", {}),
    ],
    [
      "a new password",
      (person) =>
        person.call("POST", "/api/auth/change-password", {
          currentPassword: person.password,
          newPassword: "a password of tomorrow",
          revokeOtherSessions: true,
        }),
    ],
    [
      "deleting the account",
      (person) => person.call("POST", "/api/auth/delete-user", { password: person.password }),
    ],
  ];

  test.each(ends)("%s", async (_name, end) => {
    const person = await newPerson();
    const key = await newKey();
    await person.saveKey(key);
    const projectId = await person.createProject();
    const chunks = chatChunks(await person.send({ projectId, text: "long: 20000", keyProvider: "personal" }));
    await untilChunk(chunks, "text-delta");
    expect(await end(person)).toMatchObject({ status: 200 });
    expect(errorOf(await restOf(chunks))).toMatchObject({ code: "unauthorized", action: "sign_in" });
    await expect.poll(async () => (await arrivedUpstream({ key })).at(-1)).toMatchObject({ aborted: true });
  });

  test("and those of the person's other sessions go on", async () => {
    const person = await newPerson();
    const phone = await person.onAnotherDevice();
    const projectId = await person.createProject();
    const [mine, theirs] = [
      chatChunks(await person.send({ projectId, text: "long: 20000" })),
      chatChunks(await phone.send({ projectId, text: "long: 300" })),
    ];
    await Promise.all([untilChunk(mine, "text-delta"), untilChunk(theirs, "text-delta")]);
    await person.signOut();
    expect(errorOf(await restOf(mine))).toMatchObject({ code: "unauthorized" });
    const rest = await restOf(theirs);
    expect(errorOf(rest)).toBeUndefined();
    expect(rest.at(-1)).toMatchObject({ type: "finish" });
  });

  test("the answer says so where it is stored", async () => {
    const person = await newPerson();
    const phone = await person.onAnotherDevice();
    const [projectId, threadId] = [await person.createProject(), randomUUID()];
    const chunks = chatChunks(await person.send({ projectId, threadId, text: "long: 20000" }));
    const start = await untilChunk(chunks, "start");
    await untilChunk(chunks, "text-delta");
    await person.signOut();
    await restOf(chunks);
    await expect
      .poll(async () => (await phone.messagesOf(projectId, threadId)).map(({ role }) => role))
      .toEqual(["user", "assistant"]);
    const answer = (await phone.messagesOf(projectId, threadId))[1];
    expect(answer?.parts.find(({ type }) => type === "data-chat-error")).toMatchObject({
      data: { code: "unauthorized" },
    });
    const usage = await sql("select outcome, error_code from usage_events where message_id = $1", [
      String(start["messageId"]),
    ]);
    expect(usage).toEqual([{ outcome: "failed", error_code: "unauthorized" }]);
  });
});

describe("a suspended person", () => {
  test("is signed out everywhere: pages, the agent, and a token issued before", async () => {
    const person = await newPerson();
    const projectId = await person.createProject();
    await sql(`update "user" set suspended_at = now() where id = $1`, [person.userId]);
    expect(await person.call("GET", "/api/v1/projects")).toMatchObject({ status: 401 });
    expect((await person.send({ projectId })).status).toBe(401);
  });

  test("cannot sign in, and is told so only with the right password", async () => {
    const person = await newPerson();
    await sql(`update "user" set suspended_at = now() where id = $1`, [person.userId]);
    expect(await person.signIn()).toMatchObject({
      status: 403,
      body: { code: "account_suspended", error: expect.stringContaining("Ask the operator") },
    });
    expect(await person.signIn("another password")).toMatchObject({ status: 401 });
    await sql(`update "user" set suspended_at = null where id = $1`, [person.userId]);
    expect(await person.signIn()).toMatchObject({ status: 200 });
  });
});
