import type { KeyHeader } from "../provider-adapter";

const BEARER: KeyHeader = { name: "authorization", prefix: "Bearer " };
const API_KEY: KeyHeader = { name: "api-key", prefix: "" };

/** Azure OpenAI and Foundry, their copies for governments and China, and gateways of Azure's API Management. */
const AZURE =
  /\.(openai\.azure\.(com|us|cn)|cognitiveservices\.azure\.(com|us|cn)|services\.ai\.azure\.com|azure-api\.(net|us|cn))$/;

/**
 * How a key travels to an endpoint. Azure's take `api-key`: https://learn.microsoft.com/azure/ai-foundry/openai/reference#authentication.
 * Never in both headers: some of its gateways read `authorization` as a token of the person's and refuse the request
 * (https://github.com/langchain-ai/langchainjs/issues/2079), others refuse to be told twice
 * (https://github.com/langchain-ai/langchainjs/issues/3856).
 */
export function keyHeaderAt(baseUrl: string): KeyHeader {
  return AZURE.test(new URL(baseUrl).hostname) ? API_KEY : BEARER;
}
