const ids = [
  "mistral-small-2603",
  "devstral-2512",
  "codestral-2508",
  "mistral-medium-3-5",
  "mistral-large-2512",
];

export function isKnownModel(id: string): boolean {
  return ids.includes(id);
}

/**
 * Body of `GET /v1/models`: https://docs.mistral.ai/api/endpoint/models. The list includes models that cannot
 * chat, marked as such.
 */
export function modelListing() {
  return {
    object: "list",
    data: [...ids.map((id) => listed(id, true)), listed("mistral-embed", false)],
  };
}

function listed(id: string, canChat: boolean) {
  return {
    id,
    object: "model",
    created: 1_755_000_000,
    owned_by: "mistralai",
    name: id,
    max_context_length: canChat ? 262_144 : 8192,
    capabilities: {
      completion_chat: canChat,
      function_calling: canChat,
      completion_fim: false,
      vision: false,
    },
    type: "base",
  };
}
