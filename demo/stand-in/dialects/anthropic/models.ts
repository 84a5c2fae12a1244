/**
 * The models the stand-in lists, in the provider's own order (newest first). The list has dated ids, no
 * aliases.
 */
const listed = [
  { id: "claude-opus-4-5-20251101", display_name: "Claude Opus 4.5", created_at: "2025-11-24T00:00:00Z" },
  { id: "claude-haiku-4-5-20251001", display_name: "Claude Haiku 4.5", created_at: "2025-10-15T00:00:00Z" },
  { id: "claude-sonnet-4-5-20250929", display_name: "Claude Sonnet 4.5", created_at: "2025-09-29T00:00:00Z" },
] as const;

/** Ids that answer but are not listed: aliases and newer models. */
const answering: ReadonlySet<string> = new Set([
  ...listed.map((model) => model.id),
  "claude-haiku-4-5",
  "claude-sonnet-4-5",
  "claude-sonnet-4-6",
  "claude-sonnet-5",
  "claude-opus-4-5",
  "claude-opus-4-6",
  "claude-opus-4-7",
  "claude-opus-4-8",
  "claude-opus-5",
  "claude-opus-5-5",
]);

export function isKnownModel(id: string): boolean {
  return answering.has(id);
}

/** Body of `GET /v1/models`. */
export function modelListing() {
  return {
    data: listed.map((model) => ({ type: "model" as const, ...model })),
    has_more: false,
    first_id: listed[0].id,
    last_id: listed[listed.length - 1]?.id ?? null,
  };
}
