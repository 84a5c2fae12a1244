import { reportDays } from "../report-days";

const PROJECT = "proj_StandIn";
const KEY = "key_StandInPersonal";

/** `GET /v1/organization/costs`, by project, key and day, on one page. Amounts are dollars as numbers. */
export function costs({ search }: { search: URLSearchParams }) {
  const [from, to] = ["start_time", "end_time"].map((name) => Number(search.get(name)) * 1000);
  const data = reportDays(from ?? Number.NaN, to ?? Number.NaN).map(({ startMs, dollars }) => ({
    object: "bucket",
    start_time: startMs / 1000,
    end_time: startMs / 1000 + 86_400,
    results: [
      {
        object: "organization.costs.result",
        amount: { value: dollars, currency: "usd" },
        line_item: null,
        project_id: PROJECT,
        api_key_id: KEY,
      },
    ],
  }));
  return { object: "page", data, has_more: false, next_page: null };
}

/** `GET /v1/organization/projects/<id>/api_keys`, on one page: the demo's key, by its ending. */
export function projectKeys() {
  const key = {
    object: "organization.project.api_key",
    id: KEY,
    name: "personal",
    redacted_value: "sk-proj-****o1AA",
    created_at: 1_767_225_600,
    last_used_at: null,
    owner: { type: "user" },
  };
  return { object: "list", data: [key], first_id: KEY, last_id: KEY, has_more: false };
}
