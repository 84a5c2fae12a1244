import { saysCannotUseTools } from "../failures/cannot-use-tools";
import { saysContextTooLong } from "../failures/context-too-long";
import { failureOfStatus } from "../failures/failure-of-status";
import type { ProviderFailureCode } from "../failures/provider-failure";
import { refusalText } from "../failures/refusal-text";
import { classifyRefusal as classifyAsOpenAi } from "../openai/classify-refusal";
import type { Refusal } from "../provider-adapter";

/**
 * Servers that speak like OpenAI refuse each in its own words (see refusal-text.ts). What sounds like OpenAI is read as OpenAI's; for the
 * rest the status decides, which vLLM and OpenRouter-like gateways also write into the body of an error inside a stream.
 */
export function classifyRefusal({ status, body }: Refusal): ProviderFailureCode {
  const { type, code, message } = refusalText(body);
  const written = Number(code);
  const effective = status === 0 && written >= 400 && written < 600 ? written : status;
  if (effective >= 500) {
    // llama.cpp's and older Ollama's servers answer 500 to a conversation that does not fit, and to tools.
    if (saysContextTooLong(`${type} ${message}`)) return "provider_context_too_long";
    return saysCannotUseTools(message) ? "provider_model_unavailable" : failureOfStatus(effective);
  }
  if (effective !== 401 && effective !== 429 && isMissingModel(`${type} ${message}`)) {
    return "provider_model_unavailable";
  }
  // Azure calls a model by the name its owner deployed it under.
  if (/^DeploymentNotFound$/.test(code)) return "provider_model_unavailable";
  // LiteLLM: https://docs.litellm.ai/docs/proxy/virtual_keys. A good key asked for a model it may not use, or over its budget.
  if (/key_model_access_denied|team_model_access_denied/.test(`${type} ${code}`)) {
    return "provider_model_unavailable";
  }
  // Nothing is at this address: "404 page not found" (Go), {"detail": "Not Found"} (FastAPI), a web server's page.
  if (effective === 404 && !/model/i.test(`${type} ${code} ${message}`)) return "provider_bad_response";
  if (/budget_exceeded/.test(`${type} ${code}`)) return "provider_credit_exhausted";
  return classifyAsOpenAi({ status: effective, body });
}

function isMissingModel(text: string): boolean {
  return /model\b.{0,200}(not found|does not exist|not exist|not loaded)|no model(s)? loaded/i.test(text);
}
