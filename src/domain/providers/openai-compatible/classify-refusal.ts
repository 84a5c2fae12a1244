import { saysCannotUseTools } from "../failures/cannot-use-tools";
import { saysContextTooLong } from "../failures/context-too-long";
import { failureOfStatus } from "../failures/failure-of-status";
import type { ProviderFailureCode } from "../failures/provider-failure";
import { refusalText } from "../failures/refusal-text";
import { classifyRefusal as classifyAsOpenAi } from "../openai/classify-refusal";
import type { Refusal } from "../provider-adapter";

/**
 * OpenAI-compatible servers word their errors differently (see refusal-text.ts). What matches OpenAI's errors
 * is read as such; otherwise the status decides, which vLLM and OpenRouter-like gateways also put into the
 * body of an error inside a stream.
 */
export function classifyRefusal({ status, body }: Refusal): ProviderFailureCode {
  const { type, code, message } = refusalText(body);
  const written = Number(code);
  const effective = status === 0 && written >= 400 && written < 600 ? written : status;
  if (effective >= 500) {
    // llama.cpp and older Ollama servers return 500 for a conversation that is too long, and for tools.
    if (saysContextTooLong(`${type} ${message}`)) return "provider_context_too_long";
    return saysCannotUseTools(message) ? "provider_model_unavailable" : failureOfStatus(effective);
  }
  if (effective !== 401 && effective !== 429 && isMissingModel(`${type} ${message}`)) {
    return "provider_model_unavailable";
  }
  // Azure identifies a model by its owner's deployment name.
  if (/^DeploymentNotFound$/.test(code)) return "provider_model_unavailable";
  // LiteLLM: https://docs.litellm.ai/docs/proxy/virtual_keys. A valid key without access to the model, or
  // over its budget.
  if (/key_model_access_denied|team_model_access_denied/.test(`${type} ${code}`)) {
    return "provider_model_unavailable";
  }
  // There is no API at this address: "404 page not found" (Go), {"detail": "Not Found"} (FastAPI), a web
  // server's page.
  if (effective === 404 && !/model/i.test(`${type} ${code} ${message}`)) return "provider_bad_response";
  if (/budget_exceeded/.test(`${type} ${code}`)) return "provider_credit_exhausted";
  return classifyAsOpenAi({ status: effective, body });
}

function isMissingModel(text: string): boolean {
  return /model\b.{0,200}(not found|does not exist|not exist|not loaded)|no model(s)? loaded/i.test(text);
}
