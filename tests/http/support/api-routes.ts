import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { ANTHROPIC_ADMIN_DEMO_KEY } from "../../../demo/stand-in/dialects/anthropic/demo-keys";

const apiFolder = path.resolve(import.meta.dirname, "../../../src/app/api");
const operatorFolder = path.join("v1", "operator") + path.sep;

/** A handler of `app/api/v1`, for example `PATCH /api/v1/projects/[projectId]`. */
export interface ApiHandler {
  method: string;
  pattern: string;
  name: string;
  /** Only for operators: for everybody else it does not exist. */
  forOperators: boolean;
}

function routeFiles(): string[] {
  return readdirSync(apiFolder, { recursive: true, encoding: "utf8" })
    .filter((file) => path.basename(file) === "route.ts")
    .toSorted();
}

/** Route files that do not belong to the JSON API of `v1`; each has its own tests. */
export function otherRouteFiles(): string[] {
  return routeFiles().filter((file) => !file.startsWith(`v1${path.sep}`));
}

/** Route files below `v1` that a browser navigates to. */
const pageRouteFiles = [path.join("v1", "user", "ai-connections", "[provider]", "callback", "route.ts")];

/**
 * Every handler of the JSON API, read from the source, so that a new one cannot be left out of a table.
 *
 * @throws when a route exports a handler in a way this does not understand
 */
function apiHandlers(): ApiHandler[] {
  return routeFiles()
    .filter((file) => file.startsWith(`v1${path.sep}`))
    .flatMap((file) => {
      const source = readFileSync(path.join(apiFolder, file), "utf8");
      const pattern = `/api/${path.dirname(file)}`;
      // Where another site sends a browser back to: it leads to a page, not to JSON. It has its own tests.
      if (pageRouteFiles.includes(file)) return [];
      const handlers = Array.from(
        source.matchAll(/^export const ([A-Z]+) = (apiRoute|operatorRoute)\b/gm),
        ([, method = "", wrapper]) => ({ method, forOperators: wrapper === "operatorRoute" }),
      );
      const exported = [...source.matchAll(/^export /gm)].length;
      const refusals = [...source.matchAll(/^export \{( refuse as [A-Z]+,?)+ \};$/gm)].length;
      if (handlers.length === 0 || exported !== handlers.length + refusals) {
        throw new Error(`${file} exports something else than wrapped handlers and refused methods`);
      }
      // A route for operators cannot be left unmarked.
      if (handlers.some(({ forOperators }) => forOperators !== file.startsWith(operatorFolder))) {
        throw new Error(`${file} is to use operatorRoute, and only files below ${operatorFolder} are`);
      }
      return handlers.map((handler) => ({ ...handler, pattern, name: `${handler.method} ${pattern}` }));
    });
}

export interface RouteIds {
  projectId: string;
  threadId: string;
  /** An answer with a compaction; without it, one that does not exist. */
  answerId?: string;
  /** A saved key; without it, one that does not exist. */
  keyId?: string;
  /** One that runs; without it, one that does not exist. */
  rotationId?: string;
  /** An account; without it, one that does not exist. */
  personId?: string;
  /** One that is open; without it, one that does not exist. */
  invitationId?: string;
  /** One of the person's; without it, one that does not exist. */
  notificationId?: string;
  /** One of the person's; without it, one that does not exist. */
  webhookId?: string;
  /** A limit of the person's own; without it, one that does not exist. */
  limitId?: string;
  /** What the platform allows this person; without it, one that does not exist. */
  allowanceId?: string;
  /** A request to a provider; without it, one that does not exist. */
  requestId?: string;
  /** A saved admin key; without it, one that does not exist. */
  adminKeyId?: string;
}

export interface ValidCall {
  path: string;
  body?: Record<string, unknown>;
  /** Fields of the body that may be left out. */
  optional?: readonly string[];
}

export const SECRET_NAME = "DATABASE_URL";
export const FILE_PATH = "notes.txt";
export const UNUSED_KEY_ID = "unused";
/** The provider has to accept it: register it there before calling replace. */
export const REPLACEMENT_KEY = "sk-ant-api03-the-key-that-replaces-another";

function keyPath({ keyId }: RouteIds): string {
  return `/api/v1/user/ai-keys/${keyId ?? "00000000-0000-4000-8000-000000000000"}`;
}

/** A name that never resolves (RFC 6761): a test of it fails at once, and says so. */
export const WEBHOOK_ADDRESS = "https://receiver.invalid/hook?for=orchestral";

function webhookPath({ webhookId }: RouteIds): string {
  return `/api/v1/webhooks/${webhookId ?? "00000000-0000-4000-8000-000000000000"}`;
}

function adminKeyOf({ adminKeyId }: RouteIds): string {
  return adminKeyId ?? "00000000-0000-4000-8000-000000000000";
}

function personPath({ personId }: RouteIds): string {
  return `/api/v1/operator/people/${personId ?? "nobody"}`;
}

function limitPath(limitId = "00000000-0000-4000-8000-000000000000"): string {
  return `/api/v1/limits/${limitId}`;
}

/** Hard for nobody: the people of other tests are not to meet it. */
const SOFT_LIMIT = {
  measure: "tokens",
  amount: 1_000_000,
  period: "week",
  timeZone: "Asia/Kathmandu",
  hard: false,
};

const USAGE_RANGE = "from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z";

function requestPath({ requestId }: RouteIds): string {
  return `usage/requests/${requestId ?? "00000000-0000-4000-8000-000000000000"}`;
}

/**
 * One call of every handler that succeeds for the owner of the ids, who has a file `notes.txt`, a secret
 * `DATABASE_URL`, the key `keyId` for anthropic and one for openai, or for an operator of a server that has a
 * key-encryption key `unused` besides the current one. In an order in which all of them succeed one after the
 * other.
 */
const validCalls: Record<string, (ids: RouteIds) => ValidCall> = {
  "GET /api/v1/ai-providers": () => ({ path: "/api/v1/ai-providers" }),
  "GET /api/v1/models": () => ({ path: "/api/v1/models" }),
  // While the key that paid for the answer is there.
  "POST /api/v1/projects/[projectId]/threads/[threadId]/title-suggestion": ({ projectId, threadId }) => ({
    path: `/api/v1/projects/${projectId}/threads/${threadId}/title-suggestion`,
  }),
  "POST /api/v1/user/ai-connections/[provider]": () => ({ path: "/api/v1/user/ai-connections/openrouter" }),
  "GET /api/v1/user/default-selection": () => ({ path: "/api/v1/user/default-selection" }),
  "PUT /api/v1/user/default-selection": () => ({
    path: "/api/v1/user/default-selection",
    body: { payer: "person", provider: "anthropic", model: "claude-haiku-4-5" },
  }),
  "DELETE /api/v1/user/default-selection": () => ({ path: "/api/v1/user/default-selection" }),
  "GET /api/v1/user/ai-keys": () => ({ path: "/api/v1/user/ai-keys" }),
  "POST /api/v1/user/ai-keys/test": () => ({
    path: "/api/v1/user/ai-keys/test",
    body: { provider: "anthropic", apiKey: "sk-a-key-for-the-route-table" },
  }),
  "POST /api/v1/user/ai-keys/[keyId]/test": (ids) => ({ path: `${keyPath(ids)}/test` }),
  "GET /api/v1/user/ai-keys/[keyId]/models": (ids) => ({ path: `${keyPath(ids)}/models` }),
  "GET /api/v1/user/ai-keys/[keyId]/deletion": (ids) => ({ path: `${keyPath(ids)}/deletion` }),
  "PATCH /api/v1/user/ai-keys/[keyId]": (ids) => ({
    path: keyPath(ids),
    body: { label: "Renamed" },
  }),
  "POST /api/v1/user/ai-keys/[keyId]/replacement": (ids) => ({
    path: `${keyPath(ids)}/replacement`,
    body: { apiKey: REPLACEMENT_KEY, keepPreviousHours: 24 },
    optional: ["keepPreviousHours"],
  }),
  "POST /api/v1/user/ai-keys/[keyId]/previous": (ids) => ({ path: `${keyPath(ids)}/previous` }),
  "DELETE /api/v1/user/ai-keys/[keyId]/previous": (ids) => ({ path: `${keyPath(ids)}/previous` }),
  "DELETE /api/v1/user/ai-keys/[keyId]": (ids) => ({ path: keyPath(ids) }),
  "POST /api/v1/user/ai-keys": () => ({
    path: "/api/v1/user/ai-keys",
    body: { provider: "openai", apiKey: "sk-a-key-for-the-route-table" },
  }),
  "DELETE /api/v1/user/ai-keys": () => ({ path: "/api/v1/user/ai-keys?provider=openai" }),
  "GET /api/v1/notifications": () => ({ path: "/api/v1/notifications?limit=10" }),
  "GET /api/v1/notifications/unread": () => ({ path: "/api/v1/notifications/unread" }),
  "PATCH /api/v1/notifications/[notificationId]": ({ notificationId }) => ({
    path: `/api/v1/notifications/${notificationId ?? "00000000-0000-4000-8000-000000000000"}`,
    body: { isRead: true },
  }),
  "POST /api/v1/notifications/read": () => ({
    path: "/api/v1/notifications/read",
    body: { upTo: "2026-11-30T12:00:00.000Z" },
  }),
  "GET /api/v1/notifications/settings": () => ({ path: "/api/v1/notifications/settings" }),
  "PUT /api/v1/notifications/settings": () => ({
    path: "/api/v1/notifications/settings",
    body: { kind: "key_failing", channel: "mail", isOn: false },
  }),
  "GET /api/v1/webhooks": () => ({ path: "/api/v1/webhooks" }),
  "POST /api/v1/webhooks": () => ({
    path: "/api/v1/webhooks",
    body: { address: WEBHOOK_ADDRESS, owner: "person" },
    optional: ["owner"],
  }),
  "PATCH /api/v1/webhooks/[webhookId]": (ids) => ({ path: webhookPath(ids), body: { isActive: true } }),
  "POST /api/v1/webhooks/[webhookId]/test": (ids) => ({ path: `${webhookPath(ids)}/test` }),
  "POST /api/v1/webhooks/[webhookId]/secret": (ids) => ({ path: `${webhookPath(ids)}/secret` }),
  "DELETE /api/v1/webhooks/[webhookId]": (ids) => ({ path: webhookPath(ids) }),
  "GET /api/v1/audit": () => ({ path: "/api/v1/audit?uses=summed" }),
  "GET /api/v1/audit/export": () => ({ path: "/api/v1/audit/export?format=csv" }),
  "GET /api/v1/limits": () => ({ path: "/api/v1/limits" }),
  "POST /api/v1/limits": () => ({
    path: "/api/v1/limits",
    body: { scope: { kind: "person" }, ...SOFT_LIMIT },
    optional: ["timeZone"],
  }),
  "POST /api/v1/limits/[limitId]/raise": ({ limitId }) => ({
    path: `${limitPath(limitId)}/raise`,
    body: { by: 1000 },
  }),
  "POST /api/v1/limits/[limitId]/requests": ({ allowanceId }) => ({
    path: `${limitPath(allowanceId)}/requests`,
  }),
  "PATCH /api/v1/limits/[limitId]": ({ limitId }) => ({
    path: limitPath(limitId),
    body: { amount: 2_000_000 },
  }),
  "DELETE /api/v1/limits/[limitId]": ({ limitId }) => ({ path: limitPath(limitId) }),
  "GET /api/v1/projects": () => ({ path: "/api/v1/projects" }),
  "POST /api/v1/projects": () => ({ path: "/api/v1/projects", body: { name: "From the route table" } }),
  "GET /api/v1/projects/[projectId]": ({ projectId }) => ({ path: `/api/v1/projects/${projectId}` }),
  "PATCH /api/v1/projects/[projectId]": ({ projectId }) => ({
    path: `/api/v1/projects/${projectId}`,
    body: { name: "Renamed" },
  }),
  "GET /api/v1/projects/[projectId]/files": ({ projectId }) => ({
    path: `/api/v1/projects/${projectId}/files`,
  }),
  "GET /api/v1/projects/[projectId]/files/content": ({ projectId }) => ({
    path: `/api/v1/projects/${projectId}/files/content?path=${FILE_PATH}`,
  }),
  "GET /api/v1/projects/[projectId]/secrets": ({ projectId }) => ({
    path: `/api/v1/projects/${projectId}/secrets`,
  }),
  "POST /api/v1/projects/[projectId]/secrets": ({ projectId }) => ({
    path: `/api/v1/projects/${projectId}/secrets`,
    body: { name: SECRET_NAME, value: "postgres://new" },
  }),
  "DELETE /api/v1/projects/[projectId]/secrets": ({ projectId }) => ({
    path: `/api/v1/projects/${projectId}/secrets?name=${SECRET_NAME}`,
  }),
  "GET /api/v1/projects/[projectId]/threads": ({ projectId }) => ({
    path: `/api/v1/projects/${projectId}/threads`,
  }),
  "GET /api/v1/projects/[projectId]/threads/[threadId]/messages": ({ projectId, threadId }) => ({
    path: `/api/v1/projects/${projectId}/threads/${threadId}/messages`,
  }),
  "PATCH /api/v1/projects/[projectId]/threads/[threadId]/compactions/[messageId]": ({
    projectId,
    threadId,
    answerId = randomUUID(),
  }) => ({
    path: `/api/v1/projects/${projectId}/threads/${threadId}/compactions/${answerId}`,
    body: { isUndone: true },
  }),
  "PATCH /api/v1/projects/[projectId]/threads/[threadId]": ({ projectId, threadId }) => ({
    path: `/api/v1/projects/${projectId}/threads/${threadId}`,
    body: { title: "Renamed" },
  }),
  "DELETE /api/v1/projects/[projectId]/threads/[threadId]": ({ projectId, threadId }) => ({
    path: `/api/v1/projects/${projectId}/threads/${threadId}`,
  }),
  "GET /api/v1/usage": () => ({ path: `/api/v1/usage?${USAGE_RANGE}` }),
  "GET /api/v1/usage.csv": () => ({ path: `/api/v1/usage.csv?${USAGE_RANGE}` }),
  "GET /api/v1/usage/requests": () => ({ path: `/api/v1/usage/requests?${USAGE_RANGE}` }),
  "GET /api/v1/usage/requests/[requestId]": (ids) => ({ path: `/api/v1/${requestPath(ids)}` }),
  "GET /api/v1/reconciliation": () => ({ path: "/api/v1/reconciliation?from=2026-05-01&to=2026-05-31" }),
  "POST /api/v1/reconciliation/runs": () => ({ path: "/api/v1/reconciliation/runs" }),
  "DELETE /api/v1/admin-keys/[adminKeyId]": (ids) => ({
    path: `/api/v1/admin-keys/${adminKeyOf(ids)}`,
  }),
  "POST /api/v1/admin-keys": () => ({
    path: "/api/v1/admin-keys",
    body: { provider: "anthropic", apiKey: ANTHROPIC_ADMIN_DEMO_KEY },
  }),
  "DELETE /api/v1/projects/[projectId]": ({ projectId }) => ({ path: `/api/v1/projects/${projectId}` }),
  "GET /api/v1/operator/vault": () => ({ path: "/api/v1/operator/vault" }),
  "GET /api/v1/operator/vault/findings": () => ({ path: "/api/v1/operator/vault/findings" }),
  "POST /api/v1/operator/vault/audit-verifications": () => ({
    path: "/api/v1/operator/vault/audit-verifications",
    body: { expectedHead: { seq: 1, mac: "0".repeat(64) } },
    optional: ["expectedHead"],
  }),
  "POST /api/v1/operator/vault/retirements": () => ({
    path: "/api/v1/operator/vault/retirements",
    body: { id: UNUSED_KEY_ID },
  }),
  "DELETE /api/v1/operator/vault/rotations/[rotationId]": ({ rotationId }) => ({
    path: `/api/v1/operator/vault/rotations/${rotationId ?? "00000000-0000-4000-8000-000000000000"}`,
  }),
  "POST /api/v1/operator/vault/rotations": () => ({
    path: "/api/v1/operator/vault/rotations",
    body: { kind: "verify" },
  }),
  "POST /api/v1/operator/mail-test": () => ({ path: "/api/v1/operator/mail-test" }),
  "GET /api/v1/operator/audit": () => ({ path: "/api/v1/operator/audit?uses=left_out" }),
  "GET /api/v1/operator/audit/export": () => ({ path: "/api/v1/operator/audit/export?group=account" }),
  "GET /api/v1/operator/reconciliation": () => ({ path: "/api/v1/operator/reconciliation" }),
  "POST /api/v1/operator/reconciliation/runs": () => ({ path: "/api/v1/operator/reconciliation/runs" }),
  "DELETE /api/v1/operator/admin-keys/[adminKeyId]": (ids) => ({
    path: `/api/v1/operator/admin-keys/${adminKeyOf(ids)}`,
  }),
  "POST /api/v1/operator/admin-keys": () => ({
    path: "/api/v1/operator/admin-keys",
    body: { provider: "anthropic", apiKey: ANTHROPIC_ADMIN_DEMO_KEY },
  }),
  "GET /api/v1/operator/people": () => ({ path: "/api/v1/operator/people?search=a" }),
  "DELETE /api/v1/operator/people/[personId]/sessions": (ids) => ({ path: `${personPath(ids)}/sessions` }),
  "POST /api/v1/operator/people/[personId]/reset-link": (ids) => ({ path: `${personPath(ids)}/reset-link` }),
  "DELETE /api/v1/operator/people/[personId]/reset-link": (ids) => ({
    path: `${personPath(ids)}/reset-link`,
  }),
  "POST /api/v1/operator/people/[personId]/suspension": (ids) => ({ path: `${personPath(ids)}/suspension` }),
  "DELETE /api/v1/operator/people/[personId]/suspension": (ids) => ({
    path: `${personPath(ids)}/suspension`,
  }),
  "GET /api/v1/operator/limits": () => ({ path: "/api/v1/operator/limits" }),
  "POST /api/v1/operator/limits": ({ personId }) => ({
    path: "/api/v1/operator/limits",
    body: { scope: { kind: "person", id: personId ?? "nobody" }, ...SOFT_LIMIT },
    optional: ["timeZone"],
  }),
  "GET /api/v1/operator/usage": () => ({ path: `/api/v1/operator/usage?${USAGE_RANGE}` }),
  "GET /api/v1/operator/usage.csv": () => ({ path: `/api/v1/operator/usage.csv?${USAGE_RANGE}` }),
  "GET /api/v1/operator/usage/requests": () => ({ path: `/api/v1/operator/usage/requests?${USAGE_RANGE}` }),
  "GET /api/v1/operator/usage/requests/[requestId]": (ids) => ({
    path: `/api/v1/operator/${requestPath(ids)}`,
  }),
  "GET /api/v1/operator/invitations": () => ({ path: "/api/v1/operator/invitations" }),
  "POST /api/v1/operator/invitations": () => ({
    path: "/api/v1/operator/invitations",
    body: { email: `${randomUUID()}@invited.example` },
    optional: ["email"],
  }),
  "DELETE /api/v1/operator/invitations/[invitationId]": ({ invitationId }) => ({
    path: `/api/v1/operator/invitations/${invitationId ?? "00000000-0000-4000-8000-000000000000"}`,
  }),
};

/** Names of the handlers that have a row, in the order in which their calls succeed one after the other. */
export const rowNames: readonly string[] = Object.keys(validCalls);

/** The handlers that exist, in the table's order. @throws when one has no row: give it one */
export function routeTable(): (ApiHandler & { call: (ids: RouteIds) => ValidCall })[] {
  return apiHandlers()
    .map((handler) => {
      const call = validCalls[handler.name];
      if (!call) throw new Error(`${handler.name} has no row in the table of valid calls`);
      return { ...handler, call };
    })
    .toSorted((a, b) => rowNames.indexOf(a.name) - rowNames.indexOf(b.name));
}
