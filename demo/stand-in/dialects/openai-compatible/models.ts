const ids = ["llama3.2:3b", "qwen3:8b", "gpt-oss:20b"];

export function isKnownModel(id: string): boolean {
  return ids.includes(id);
}

/** Body of `GET /v1/models`. The context size is in vLLM's field; prices and capabilities are missing. */
export function modelListing() {
  return {
    object: "list",
    data: ids.map((id) => ({
      id,
      object: "model",
      created: 1_755_000_000,
      owned_by: "library",
      max_model_len: 32_768,
    })),
  };
}
