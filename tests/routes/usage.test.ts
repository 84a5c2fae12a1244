import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import type { UsageReport, UsageRequestSummary } from "@/contracts/usage-report";
import { usageRowsOf } from "@/contracts/usage-rows";
import { filterNames } from "@/domain/spending/reports/filter-names";
import { routeTable } from "../http/support/api-routes";
import { sql } from "../http/support/database";
import { newPerson } from "../http/support/new-person";
import { OPERATORS } from "../http/support/operators";
import "../http/support/refusal-matchers";
import type { HttpPerson } from "../support/http-person";

const OCTOBER = "from=2026-10-01T00:00:00Z&to=2026-11-01T00:00:00Z";

interface Stored {
  at?: string;
  keyId?: string | null;
  label?: string | null;
  model?: string;
  projectId?: string | null;
  cost?: number | null;
  source?: string | null;
  payer?: "platform" | "personal";
}

async function store(person: HttpPerson, rows: readonly Stored[]): Promise<string[]> {
  const ids = rows.map(() => randomUUID());
  await Promise.all(
    rows.map((row, index) =>
      sql(
        `insert into usage_events (id, user_id, at, key_provider, key_id, key_label, key_last4, project_id, provider, model, outcome,
           duration_ms, input_tokens, cached_input_tokens, output_tokens, cost_micro_usd, cost_source, raw_usage)
         values ($1, $2, $3, $4, $5, $6, 'abcd', $7, 'anthropic', $8, 'completed', 1200, 100, 40, 10, $9, $10, '{"total": 110}')`,
        [
          ids[index],
          person.userId,
          row.at ?? "2026-10-10T10:00:00Z",
          row.payer ?? "personal",
          row.keyId ?? null,
          row.label ?? null,
          row.projectId ?? null,
          row.model ?? "claude-haiku-4-5",
          row.cost === undefined ? 1000 : row.cost,
          row.source === undefined ? "estimated" : row.source,
        ],
      ),
    ),
  );
  return ids;
}

async function report(person: HttpPerson, query: string, path = "/api/v1/usage"): Promise<UsageReport> {
  const answer = await person.call("GET", `${path}?${OCTOBER}&${query}`);
  expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 200 });
  return answer.body as UsageReport;
}

const costOf = async (filter: string) => (await report(ada, filter)).totals.costMicroUsd;

let ada: HttpPerson;
let eve: HttpPerson;
let operator: HttpPerson;
let projectId: string;
let requestIds: string[];
const keyId = randomUUID();
beforeAll(async () => {
  [ada, eve, operator] = await Promise.all([
    newPerson({ name: "Ada Used" }),
    newPerson(),
    newPerson({ email: OPERATORS.usage }),
  ]);
  projectId = await ada.createProject("Secret plan");
  requestIds = await store(ada, [
    { keyId, label: "=HYPERLINK(1)", projectId, cost: 3_000_000 },
    { keyId, label: "=HYPERLINK(1)", projectId, cost: null, source: null },
    { payer: "platform", cost: 500, source: "floor", at: "2026-10-31T23:50:00Z" },
    { payer: "platform", cost: 9_000_000, at: "2026-11-01T00:00:00Z" },
  ]);
});

describe("a report", () => {
  test("tells what each key cost, and what is not known of it", async () => {
    const { totals, groups, buckets } = await report(ada, "groupBy=key");
    expect(totals).toMatchObject({ requests: 3, costMicroUsd: 3_000_500, unpriced: 1, atLeast: 1 });
    expect(
      groups.map(({ id, label, detail, totals: { costMicroUsd } }) => [id, label, detail, costMicroUsd]),
    ).toEqual([
      [keyId, "=HYPERLINK(1)", "···abcd, not among your keys", 3_000_000],
      ["platform", "Platform key", null, 500],
    ]);
    expect(buckets).toHaveLength(31);
  });

  test("has the days of the zone: what was used at ten to midnight in London was used the next day in Kathmandu", async () => {
    const { groups, buckets } = await report(ada, "groupBy=payer&payer=platform&timeZone=Asia/Kathmandu");
    const [{ series } = { series: [] }] = groups;
    expect(series.map(({ bucket }) => buckets[bucket])).toEqual(["2026-10-31T18:15:00.000Z"]);
  });

  test("is narrowed by each filter", async () => {
    expect(await costOf(`key=${keyId}`)).toBe(3_000_000);
    expect(await costOf("key=platform")).toBe(500);
    expect(await costOf(`project=${projectId}`)).toBe(3_000_000);
    expect(await costOf("project=none")).toBe(500);
    expect(await costOf("model=anthropic/claude-haiku-4-5&purpose=chat&provider=anthropic")).toBe(3_000_500);
    expect(await costOf("model=anthropic/another")).toBe(0);
  });

  test("has nothing of another person, whatever is asked for", async () => {
    const queries = ["", `key=${keyId}`, `project=${projectId}`, "payer=platform"];
    for (const query of queries) {
      // oxlint-disable-next-line no-await-in-loop -- a few
      const { totals, groups } = await report(eve, query);
      expect({ query, requests: totals.requests, groups }).toEqual({ query, requests: 0, groups: [] });
    }
    const { body } = await eve.call("GET", `/api/v1/usage/requests?${OCTOBER}&key=${keyId}`);
    expect(body).toEqual({ requests: [], next: null });
    const after = await eve.call("GET", `/api/v1/usage/requests?${OCTOBER}&cursor=${requestIds[0]}`);
    expect(after.body).toEqual({ requests: [], next: null });
  });

  test("does not tell what another person, or a key of theirs, is called", async () => {
    const filter = { person: ada.userId, key: keyId, project: projectId };
    const names = await filterNames({ kind: "person", userId: eve.userId }, filter);
    expect(JSON.stringify(names)).not.toMatch(/Ada|@|HYPERLINK|abcd|anthropic|plan/i);
    expect(await filterNames({ kind: "person", userId: ada.userId }, filter)).toMatchObject({
      key: "=HYPERLINK(1), ···abcd, not among your keys",
      project: "Secret plan",
    });
  });
});

describe("a CSV file", () => {
  test("has what the page shows, to be read by a spreadsheet that runs nothing of it", async () => {
    const query = `${OCTOBER}&groupBy=key&timeZone=Asia/Kathmandu`;
    const [page, file] = await Promise.all([
      ada.call("GET", `/api/v1/usage?${query}`),
      ada.call("GET", `/api/v1/usage.csv?${query}`),
    ]);
    expect(Object.fromEntries(file.headers)).toMatchObject({
      "content-type": expect.stringMatching(/^text\/csv; charset=utf-8/),
      "content-disposition": 'attachment; filename="usage-2026-10-01-to-2026-11-01.csv"',
      "cache-control": "no-store",
    });
    const [heading, ...lines] = file.text.trimEnd().split("\r\n");
    expect(heading).toMatch(/^Begins \(Asia\/Kathmandu\),Key,Key detail,Key id,Requests,/);
    expect(lines).toHaveLength(usageRowsOf(page.body as UsageReport).length);
    expect(lines).toEqual([
      expect.stringMatching(/^2026-11-01T00:00:00\+05:45,Platform key,,platform,1,0,1,.*,0\.0005$/),
      `2026-10-10T00:00:00+05:45,'=HYPERLINK(1),"···abcd, not among your keys",${keyId},2,1,0,200,80,0,20,0,3`,
    ]);
  });

  test.each(["+1", "-1", "@SUM(1)", "\tx", "\rx", "x;=1"])("guards %j", async (label) => {
    const person = await newPerson();
    await store(person, [{ keyId: randomUUID(), label }]);
    const { text } = await person.call("GET", `/api/v1/usage.csv?${OCTOBER}&groupBy=key`);
    expect(text).toMatch(
      new RegExp(`,"?${label.replace(/^(x;)?/, "$1'").replaceAll(/[+@()]/g, String.raw`\$&`)}"?,`),
    );
  });
});

describe("the list of requests", () => {
  test("comes in pages, newest first, in which each is once, also of one moment", async () => {
    const person = await newPerson();
    const stored = await store(
      person,
      Array.from({ length: 120 }, (_, index) => ({
        at: `2026-10-0${1 + (index % 3)}T10:00:00Z`,
        payer: index % 2 === 0 ? ("platform" as const) : ("personal" as const),
      })),
    );
    const found: UsageRequestSummary[] = [];
    let next: string | null = "";
    while (next !== null) {
      const cursor: string = next && `&cursor=${next}`;
      // oxlint-disable-next-line no-await-in-loop -- each page names the next
      const { body } = await person.call("GET", `/api/v1/usage/requests?${OCTOBER}${cursor}`);
      found.push(...(body.requests as UsageRequestSummary[]));
      next = body.next;
    }
    expect(found.map(({ id }) => id).toSorted()).toEqual(stored.toSorted());
    expect(found.map(({ at }) => at)).toEqual(
      found
        .map(({ at }) => at)
        .toSorted()
        .toReversed(),
    );
  });

  test("is filtered, and each opens", async () => {
    const { body } = await ada.call("GET", `/api/v1/usage/requests?${OCTOBER}&costSource=unknown`);
    expect(body.requests.map(({ id }: UsageRequestSummary) => id)).toEqual([requestIds[1]]);
    const detail = await ada.call("GET", `/api/v1/usage/requests/${requestIds[0]}`);
    expect(detail.body).toMatchObject({
      id: requestIds[0],
      key: { id: keyId, label: "=HYPERLINK(1)", last4: "abcd" },
      project: { id: projectId, name: "Secret plan", isDeleted: false },
      costMicroUsd: 3_000_000,
      costSource: "estimated",
      rawUsage: { total: 110 },
      person: null,
    });
  });
});

describe("operators", () => {
  const PATH = "/api/v1/operator/usage";

  test("can make every call of the route table, and nobody else can", async () => {
    const rows = routeTable().filter(({ pattern }) => pattern.startsWith(PATH));
    expect(rows).toHaveLength(4);
    for (const { method, name, call } of rows) {
      const { path } = call({ projectId: "", threadId: "", requestId: requestIds[2] ?? "" });
      // oxlint-disable no-await-in-loop -- a few
      const answer = await operator.call(method, path);
      expect({ name, status: answer.status, text: answer.text }).toMatchObject({ status: 200 });
      expect(await ada.call(method, path)).toBeRefused({ status: 404, code: "not_found" });
      // oxlint-enable no-await-in-loop
    }
  });

  test("see what the platform paid for a person, and nothing of what the person paid or works on", async () => {
    const { totals, groups } = await report(operator, `person=${ada.userId}`, PATH);
    expect(groups.map(({ label, detail }) => [label, detail])).toEqual([["Ada Used", ada.email]]);
    expect(totals).toMatchObject({ requests: 1, costMicroUsd: 500 });
    const list = await operator.call("GET", `${PATH}/requests?${OCTOBER}&person=${ada.userId}`);
    expect(list.body.requests).toMatchObject([
      { id: requestIds[2], project: null, key: null, person: { name: "Ada Used", isDeleted: false } },
    ]);
    const own = await operator.call("GET", `${PATH}/requests/${requestIds[0]}`);
    expect(own).toBeRefused({ status: 404, code: "not_found" });
    const detail = await operator.call("GET", `${PATH}/requests/${requestIds[2]}`);
    expect(detail.body).toMatchObject({ id: requestIds[2], rawUsage: null, project: null });
  });

  test("see a deleted account as that, with what it cost", async () => {
    const person = await newPerson({ name: "Soon Gone" });
    await store(person, [{ payer: "platform", cost: 77 }, { cost: 5 }]);
    await person.deleteAccount();
    const { groups } = await report(operator, `person=${person.userId}`, PATH);
    expect(groups).toMatchObject([{ label: "Deleted account", totals: { costMicroUsd: 77, requests: 1 } }]);
    const list = await operator.call("GET", `${PATH}/requests?${OCTOBER}&person=${person.userId}`);
    expect(list.body.requests).toMatchObject([{ person: { name: "Deleted account", isDeleted: true } }]);
  });

  test.each(["groupBy=key", "groupBy=project", "groupBy=payer"])("are refused %s", async (query) => {
    const answer = await operator.call("GET", `${PATH}?${OCTOBER}&${query}`);
    expect(answer).toBeRefused({ status: 400, code: "invalid_request" });
  });

  test.each(["key", "project"])("cannot ask what was used of a %s", async (name) => {
    for (const path of [PATH, `${PATH}.csv`, `${PATH}/requests`]) {
      // oxlint-disable-next-line no-await-in-loop -- three
      const answer = await operator.call("GET", `${path}?${OCTOBER}&${name}=${randomUUID()}`);
      expect(answer).toBeRefused({ status: 400, code: "invalid_request" });
    }
  });
});

describe("refuses", () => {
  const DAY = "from=2026-10-01T00:00:00Z&to=2026-10-02T00:00:00Z";
  test.each([
    "",
    "from=2026-10-01T00:00:00Z",
    "from=2026-10-01&to=2026-10-02",
    "from=2026-10-01T00:00:00Z&to=2026-10-01T00:00:00Z",
    "from=2026-10-02T00:00:00Z&to=2026-10-01T00:00:00Z",
    "from=2026-10-01T00:00:01Z&to=2026-10-02T00:00:00Z",
    "from=2024-10-01T00:00:00Z&to=2026-10-02T00:00:00Z",
    "from=1970-01-01T00:00:00Z&to=1970-01-02T00:00:00Z",
    "from=%00&to=2026-10-02T00:00:00Z",
    `${DAY}&timeZone=`,
    `${DAY}&timeZone=Middle/Earth`,
    `${DAY}&timeZone=%2B00:07`,
    `${DAY}&groupBy=__proto__`,
    `${DAY}&groupBy=person`,
    `${DAY}&bucket=minute`,
    "from=2026-08-01T00:00:00Z&to=2026-10-02T00:00:00Z&bucket=hour",
    `${DAY}&key=1'%20or%201=1`,
    `${DAY}&project=%00`,
    `${DAY}&model=haiku`,
    `${DAY}&model=a%00/b`,
    `${DAY}&person=somebody`,
    "from=0000-01-01T00:00:00Z&to=0000-01-02T00:00:00Z",
    "from=9999-12-30T00:00:00Z&to=9999-12-31T00:00:00Z",
    `${DAY}&payer=everybody`,
    `${DAY}&purpose=fun`,
    `${DAY}&unheard=of`,
  ])("?%s", async (query) => {
    for (const path of ["/api/v1/usage", "/api/v1/usage.csv"]) {
      // oxlint-disable-next-line no-await-in-loop -- two
      expect(await ada.call("GET", `${path}?${query}`)).toBeRefused({ status: 400, code: "invalid_request" });
    }
  });

  test.each(["outcome=fine", "costSource=guessed", "cursor=1", "cursor=", "timeZone=UTC", "key=x"])(
    "a list with ?%s",
    async (query) => {
      const answer = await ada.call("GET", `/api/v1/usage/requests?${DAY}&${query}`);
      expect(answer).toBeRefused({ status: 400, code: "invalid_request" });
    },
  );
});
