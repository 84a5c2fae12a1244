import { failureOfRefusal } from "../failures/failure-of-refusal";
import type { ProviderFailureCode } from "../failures/provider-failure";
import type { RefusalSignal } from "../failures/refusal-signals";
import type { Refusal } from "../provider-adapter";

/** Servers without an API at an address: 404 or 405, and a few that answer 400 or 200 all the same. */
const NO_ROUTE = new RegExp(
  [
    // LM Studio, with 200; Express; OpenAI; Spring; others.
    "unexpected endpoint or method",
    "cannot (get|post) /",
    "invalid url \\((get|post)",
    "no static resource|no (matching )?route|route .{0,120}not found|no handler",
    "(unknown|invalid|no such|unsupported) (request )?(endpoint|path|route|url|uri)\\b",
    "(path|url|page|endpoint) .{0,120}(not found|does not exist)|404 page not found",
  ].join("|"),
  "i",
);

const SIGNALS: readonly RefusalSignal[] = [
  // Azure identifies a model by its owner's deployment name.
  { means: "provider_model_unavailable", under: (status) => status < 500, names: /DeploymentNotFound/ },
  {
    means: "provider_bad_response",
    under: (status) => [0, 400, 404, 405, 410].includes(status),
    text: NO_ROUTE,
    unless: /\bmodel\b|deployment/i,
  },
  // {"detail": "Not Found"} (FastAPI) or nothing: what does not speak of a model is the address.
  {
    means: "provider_bad_response",
    under: (status) => [404, 405, 410].includes(status),
    text: (text) => !/(?<!\/)\bmodels?(\/[\w.:-]+ is)?\b(?!\/)|模型/i.test(text),
    unless: /model_|_model|credit|quota|balance/i,
  },
];

/** OpenAI-compatible servers word their errors as they like; see failures/refusal-signals.ts. */
export function classifyRefusal(refusal: Refusal): ProviderFailureCode {
  return failureOfRefusal(refusal, SIGNALS);
}
