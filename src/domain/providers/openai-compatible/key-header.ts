import type { KeyHeader } from "../provider-adapter";

const BEARER: KeyHeader = { name: "authorization", prefix: "Bearer " };
const API_KEY: KeyHeader = { name: "api-key", prefix: "" };

/** Azure OpenAI and Foundry, their government and China clouds, and Azure API Management gateways. */
const AZURE =
  /\.(openai\.azure\.(com|us|cn)|cognitiveservices\.azure\.(com|us|cn)|services\.ai\.azure\.com|azure-api\.(net|us|cn))$/;

/**
 * Which header carries the key to an endpoint. Azure uses `api-key`:
 * https://learn.microsoft.com/azure/ai-foundry/openai/reference#authentication. Never both headers: some
 * Azure gateways read `authorization` as the person's token and refuse the request
 * (https://github.com/langchain-ai/langchainjs/issues/2079), others reject duplicate credentials
 * (https://github.com/langchain-ai/langchainjs/issues/3856).
 */
export function keyHeaderAt(baseUrl: string): KeyHeader {
  return AZURE.test(new URL(baseUrl).hostname) ? API_KEY : BEARER;
}
