const models = [
  { id: "gemini-3.5-flash-lite", name: "Gemini 3.5 Flash-Lite" },
  { id: "gemini-3.8-flash", name: "Gemini 3.8 Flash" },
  { id: "gemini-3.5-flash", name: "Gemini 3.5 Flash" },
  { id: "gemini-3.1-pro-preview", name: "Gemini 3.1 Pro Preview" },
  { id: "gemini-2.5-flash", name: "Gemini 2.5 Flash" },
];

export function isKnownModel(id: string): boolean {
  return models.some((model) => model.id === id);
}

/** Body of `GET /v1beta/models`: https://ai.google.dev/api/models. The list includes embedding models. */
export function modelListing() {
  return {
    models: [
      ...models.map(({ id, name }) => listed(id, name, ["generateContent", "countTokens"])),
      listed("gemini-embedding-001", "Gemini Embedding", ["embedContent"]),
    ],
  };
}

function listed(id: string, displayName: string, supportedGenerationMethods: string[]) {
  return {
    name: `models/${id}`,
    displayName,
    inputTokenLimit: 1_048_576,
    outputTokenLimit: 65_536,
    supportedGenerationMethods,
  };
}
