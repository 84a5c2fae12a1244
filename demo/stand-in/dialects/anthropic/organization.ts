import { reportDays } from "../report-days";

/** The demo's keys, by their endings (demo-keys.ts). */
const KEYS = [
  { id: "apikey_01StandInPlatform", name: "platform", partial_key_hint: "sk-ant-api03-DEM...p1AA" },
  { id: "apikey_01StandInPersonal", name: "personal", partial_key_hint: "sk-ant-api03-DEM...u1AA" },
];

/** `GET /v1/organizations/api_keys`, on one page. */
export function apiKeys() {
  const data = KEYS.map((key) => ({
    ...key,
    type: "api_key",
    status: "active",
    created_at: "2026-01-01T00:00:00Z",
    expires_at: null,
    created_by: null,
    principal: null,
    scope: { type: "workspace", workspace_id: "wrkspc_01StandIn" },
  }));
  return { data, has_more: false, first_id: KEYS[0]?.id ?? null, last_id: KEYS.at(-1)?.id ?? null };
}

/** `GET /v1/organizations/analytics/cost`, by key, model and day, on one page. Amounts are cents as text. */
export function costReport({ search }: { search: URLSearchParams }) {
  const [from, to] = ["starting_at", "ending_at"].map((name) => Date.parse(search.get(name) ?? ""));
  const data = reportDays(from ?? Number.NaN, to ?? Number.NaN).flatMap(({ startMs, dollars }) =>
    KEYS.map(({ id }) => ({
      starting_at: new Date(startMs).toISOString(),
      ending_at: new Date(startMs + 86_400_000).toISOString(),
      cost: {
        amount: (dollars * 100).toFixed(10),
        list_amount: (dollars * 110).toFixed(10),
        currency: "USD",
        requests: null,
      },
      group: { api_key_id: id, model: "claude-haiku-4-5" },
    })),
  );
  return { data, has_more: false, next_page: null, data_refreshed_at: new Date().toISOString() };
}
