import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import {
  MESSAGE_PAGE_MAX_BYTES,
  MESSAGES_PER_PAGE,
  PERSON_MAX_BYTES,
  PROJECT_MAX_FILE_BYTES,
  PROJECT_MAX_THREADS,
  THREAD_MAX_BYTES,
  THREAD_MAX_MESSAGES,
  THREADS_PER_PAGE,
} from "@/contracts/limits";
import { sql } from "../http/support/database";
import { newPerson } from "../http/support/new-person";
import { type HttpPerson, userMessage } from "../support/http-person";

/** One person must not be able to end the server or fill its disk for all others. */

let person: HttpPerson;
beforeAll(async () => {
  person = await newPerson();
});

async function callTool(projectId: string, name: string, input: Record<string, unknown>) {
  const answer = await person.chat({ projectId, text: `tool: ${name} ${JSON.stringify(input)}` });
  return answer.chunks.find(({ type }) => type === "tool-output-available")?.["output"];
}

/** Stores files past the product, each with this content. */
const storeFiles = (projectId: string, count: number, content: string) =>
  sql(
    `insert into project_files (project_id, path, content, size)
     select $1, 'file-' || lpad(n::text, 3, '0'), $3, octet_length($3) from generate_series(1, $2::int) n`,
    [projectId, count, content],
  );

/** Stores a thread past the product: a chain of messages, each with a text of this length. */
async function storeThread(projectId: string, count: number, length: number): Promise<string> {
  const threadId = randomUUID();
  await sql("insert into threads (id, project_id, title) values ($1, $2, 'Long')", [threadId, projectId]);
  await sql(
    `insert into messages (thread_id, id, parent_id, role, parts)
     select $1, 'm' || n, case when n > 1 then 'm' || (n - 1) end, case when n % 2 = 1 then 'user' else 'assistant' end,
       jsonb_build_array(jsonb_build_object('type', 'text', 'text', repeat('x', $3)))
     from generate_series(1, $2::int) n`,
    [threadId, count, length],
  );
  return threadId;
}

const boundsOf = async (projectId: string) =>
  (
    await sql<{ files: string; messages: string }>(
      "select file_bytes as files, message_bytes as messages from projects where id = $1",
      [projectId],
    )
  )[0];

describe("what is read stops at its limit", () => {
  test("a search reads no further than to its fiftieth match, whatever the files hold", async () => {
    const projectId = await person.createProject();
    await storeFiles(projectId, 100, "a\n".repeat(120_000));
    const before = process.memoryUsage().heapUsed;
    const found = (await callTool(projectId, "searchFiles", { query: "A" })) as {
      matches: { path: string; line: number }[];
      more: boolean;
    };
    expect(found.more).toBe(true);
    expect(found.matches).toHaveLength(50);
    expect(found.matches.at(-1)).toEqual({ path: "file-001", line: 50, text: "a" });
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200 * 1024 * 1024);
    expect(await callTool(projectId, "searchFiles", { query: "b" })).toEqual({ matches: [], more: false });
  });

  test("a search over many files finds the last line of the last one", async () => {
    const projectId = await person.createProject();
    await storeFiles(projectId, 30, "nothing\nhere");
    await sql(
      "update project_files set content = E'x\\r\\n\\nNeedle' where project_id = $1 and path = 'file-030'",
      [projectId],
    );
    expect(await callTool(projectId, "searchFiles", { query: "needle" })).toEqual({
      matches: [{ path: "file-030", line: 3, text: "Needle" }],
      more: false,
    });
  });

  test("a thread too large to be loaded whole opens with its newest messages, and the earlier ones follow", async () => {
    const projectId = await person.createProject();
    const threadId = await storeThread(projectId, 30, Math.floor(MESSAGE_PAGE_MAX_BYTES / 10));
    const address = `/api/v1/projects/${projectId}/threads/${threadId}/messages`;
    const seen: string[] = [];
    for (let cursor: string | undefined = ""; cursor !== undefined; ) {
      // oxlint-disable-next-line no-await-in-loop -- each page names the next
      const page = await person.call("GET", address + (cursor && `?cursor=${cursor}`));
      expect(page.text.length).toBeLessThan(MESSAGE_PAGE_MAX_BYTES + 64 * 1024);
      seen.unshift(...page.body.messages.map(({ id }: { id: string }) => id));
      cursor = page.body.next;
    }
    expect(seen).toEqual(Array.from({ length: 30 }, (_, index) => `m${index + 1}`));
    // One that is larger than a page does not close the thread.
    await sql(
      "update messages set parts = jsonb_set(parts, '{0,text}', to_jsonb(repeat('z', $2))) where thread_id = $1 and id = 'm30'",
      [threadId, MESSAGE_PAGE_MAX_BYTES],
    );
    const { messages } = (await person.call("GET", address)).body;
    expect(messages.at(-1)).toMatchObject({
      id: "m30",
      parts: [{ text: expect.stringContaining("too large") }],
    });
    expect(messages.at(-2)).toMatchObject({ id: "m29" });
  });

  test("a list of messages has its page, and a smaller one when asked", async () => {
    const projectId = await person.createProject();
    const threadId = await storeThread(projectId, MESSAGES_PER_PAGE + 5, 1);
    const address = `/api/v1/projects/${projectId}/threads/${threadId}/messages`;
    const { messages, next } = (await person.call("GET", address)).body;
    expect(messages).toHaveLength(MESSAGES_PER_PAGE);
    expect(messages[0]).toMatchObject({ id: "m6", parentId: "m5" });
    expect((await person.call("GET", `${address}?cursor=${next}`)).body.messages).toHaveLength(5);
    const two = (await person.call("GET", `${address}?limit=2`)).body.messages;
    expect(two.map(({ id }: { id: string }) => id)).toEqual([
      `m${MESSAGES_PER_PAGE + 4}`,
      `m${MESSAGES_PER_PAGE + 5}`,
    ]);
    for (const query of ["limit=0", "limit=x", "cursor=x", "cursor=9999999999999999"]) {
      // oxlint-disable-next-line no-await-in-loop
      expect(await person.call("GET", `${address}?${query}`)).toMatchObject({
        status: 400,
        body: { code: "invalid_request" },
      });
    }
  });

  test("threads are listed page by page, each once, also those of one moment", async () => {
    const projectId = await person.createProject();
    await sql(
      "insert into threads (id, project_id, title) select gen_random_uuid(), $1, 'T' from generate_series(1, $2::int)",
      [projectId, THREADS_PER_PAGE + 3],
    );
    const address = `/api/v1/projects/${projectId}/threads`;
    const first = (await person.call("GET", address)).body;
    const rest = (await person.call("GET", `${address}?cursor=${encodeURIComponent(first.next)}`)).body;
    const ids = [...first.threads, ...rest.threads].map(({ id }: { id: string }) => id);
    expect(first.threads).toHaveLength(THREADS_PER_PAGE);
    expect(new Set(ids).size).toBe(THREADS_PER_PAGE + 3);
    expect(rest.next).toBeUndefined();
    for (const date of ["2026-99-01", "2026-02-30", "0000-01-01"]) {
      const cursor = `${date}T00:00:00.000000Z_${projectId}`;
      // oxlint-disable-next-line no-await-in-loop -- a few
      expect(await person.call("GET", `${address}?cursor=${cursor}`)).toMatchObject({ status: 400 });
    }
  });
});

describe("what one person keeps has an end, and the refusal says what to delete", () => {
  test("fifty new threads at once do not go past the limit of a project", async () => {
    const projectId = await person.createProject();
    await sql(
      "insert into threads (id, project_id, title) select gen_random_uuid(), $1, 'T' from generate_series(1, $2::int)",
      [projectId, PROJECT_MAX_THREADS - 1],
    );
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        person.chat({ projectId, threadId: randomUUID(), text: "say: hello" }),
      ),
    );
    const refused = answers.filter(({ status }) => status === 400);
    expect(refused).toHaveLength(49);
    expect(refused[0]?.error).toMatchObject({
      code: "limit_reached",
      error: expect.stringContaining("Delete some"),
    });
    const [held] = await sql("select count(*)::int as n from threads where project_id = $1", [projectId]);
    expect(held?.["n"]).toBe(PROJECT_MAX_THREADS);
  });

  test.each([
    ["messages", THREAD_MAX_MESSAGES, 1],
    ["bytes", 32, THREAD_MAX_BYTES / 32],
  ])(
    "a thread full of %s takes no further question, and can still be read and deleted",
    async (_of, count, length) => {
      const projectId = await person.createProject();
      const threadId = await storeThread(projectId, count, length);
      const answer = await person.chat({ projectId, threadId, text: "say: hello" });
      expect(answer.status).toBe(413);
      expect(answer.error).toMatchObject({ code: "conversation_too_large", action: "new_thread" });
      const address = `/api/v1/projects/${projectId}/threads/${threadId}`;
      expect((await person.call("GET", `${address}/messages?limit=1`)).body.messages[0].id).toBe(`m${count}`);
      expect((await person.call("DELETE", address)).status).toBe(200);
      expect(await boundsOf(projectId)).toEqual({ files: "0", messages: "0" });
    },
  );

  test("files written at once do not go past the bytes of a project; smaller ones make room", async () => {
    const projectId = await person.createProject();
    const size = 128 * 1024;
    await storeFiles(projectId, PROJECT_MAX_FILE_BYTES / size - 1, "y".repeat(size));
    const content = "z".repeat(80 * 1024);
    const both = await Promise.all(
      ["left", "right"].map((path) => callTool(projectId, "writeFile", { path, content })),
    );
    expect(both).toContainEqual(expect.objectContaining({ created: true }));
    expect(both).toContainEqual({ error: expect.stringContaining("Delete some") });
    const made = both.findIndex((each) => (each as { created?: boolean }).created);
    const path = made === 0 ? "left" : "right";
    expect(await callTool(projectId, "writeFile", { path, content: "small" })).toMatchObject({ size: 5 });
    await callTool(projectId, "deleteFile", { path });
    expect(Number((await boundsOf(projectId))?.files)).toBe(PROJECT_MAX_FILE_BYTES - size);
  });

  test("what all projects hold together is limited; deleting one makes room", async () => {
    const hoarder = await newPerson();
    const [full, other] = [await hoarder.createProject(), await hoarder.createProject()];
    await sql("update projects set message_bytes = $2 where id = $1", [full, PERSON_MAX_BYTES]);
    const send = () => hoarder.chat({ projectId: other, threadId: randomUUID(), text: "say: hello" });
    expect(await send()).toMatchObject({
      status: 400,
      error: { code: "limit_reached", error: expect.stringContaining("Delete a project") },
    });
    const write = await hoarder.chat({
      projectId: other,
      text: 'tool: writeFile {"path":"a","content":"b"}',
    });
    expect(JSON.stringify(write.chunks)).toContain("Delete a project");
    expect((await hoarder.call("DELETE", `/api/v1/projects/${full}`)).status).toBe(200);
    expect((await send()).status).toBe(200);
  });

  test("the counts follow messages that are added, changed and removed", async () => {
    const projectId = await person.createProject();
    const threadId = randomUUID();
    await person.chat({ projectId, threadId, messages: [userMessage("say: hello")] });
    const stored = () =>
      sql(
        `select (select message_bytes from projects where id = $1) as project, t.message_bytes as thread,
           t.message_count as count, sum(m.size) as real, count(m.*)::int as messages
         from threads t left join messages m on m.thread_id = t.id where t.id = $2 group by t.id`,
        [projectId, threadId],
      );
    const [added] = await stored();
    expect(added).toMatchObject({ count: 2, messages: 2, thread: added?.["real"], project: added?.["real"] });
    await sql("update messages set parts = '[]' where thread_id = $1", [threadId]);
    const [changed] = await stored();
    expect(changed).toMatchObject({ thread: changed?.["real"], project: changed?.["real"] });
    expect(Number(changed?.["real"])).toBeLessThan(Number(added?.["real"]));
    await sql("delete from messages where thread_id = $1 and role = 'user'", [threadId]);
    const [removed] = await stored();
    expect(removed).toMatchObject({
      count: 1,
      messages: 1,
      thread: removed?.["real"],
      project: removed?.["real"],
    });
  });
});
