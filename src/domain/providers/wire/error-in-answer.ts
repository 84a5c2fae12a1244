import { ProviderFailure, type ProviderFailureCode } from "../failures/provider-failure";
import { retryAfterSeconds, retryDelaySeconds, retryWordsSeconds } from "../failures/retry-after";
import type { AnswerContext } from "../provider-adapter";
import { isRecord, type Json } from "./wire-reader";

/** An error that arrived under status 200, as servers write it: its fields, wherever they stood. */
interface SaidError {
  readonly type: string;
  readonly code: string;
  readonly message: string;
  /** The object it stood in. */
  readonly body: unknown;
}

/** Each field of an error by the names it goes by. */
const TYPE_FIELDS = ["type", "error_type", "errorType", "status", "name"];
const CODE_FIELDS = [
  "code",
  "error_code",
  "errorCode",
  "errcode",
  "err_code",
  "status_code",
  "statusCode",
  "http_status",
  "status",
];
const MESSAGE_FIELDS = [
  "message",
  "error_message",
  "errorMessage",
  "error_msg",
  "errmsg",
  "err_msg",
  "status_msg",
  "msg",
  "detail",
  "description",
  "reason",
];

/** Fields that hold an error, or whatever else a server says about how the request went. */
const HOLDERS = ["error", "errors", "base_resp", "detail", "err"];
/** Fields that only errors have, beside the answer's own. */
const FLAT_FIELDS = /^(error|err)_?(type|code|message|msg)$|^(errcode|errmsg)$/i;

/** Fields of a whole answer: a body in which one says something is no error, even if it has an empty one. */
const ANSWERS = ["choices", "content", "candidates", "data", "models", "output"];

/**
 * Whether the body of a response under status 200 is an error. It is the whole of what was said: a message
 * with a code that is none of success is enough, where nothing of an answer is beside it.
 */
export function isError(body: unknown): boolean {
  const outer: unknown = Array.isArray(body) && body.length === 1 ? body[0] : body;
  if (!isRecord(outer)) return false;
  const { base_resp, id, success } = outer;
  if (ANSWERS.some((field) => hasSomething(outer[field]))) return errorInAnswer({ base_resp }, true) !== null;
  const { code, message } = saidBy(outer);
  const isToldOff = id === undefined && message !== "" && isTrouble(code);
  return success === false || isToldOff || errorInAnswer(outer, false) !== null;
}

function hasSomething(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
  return typeof value === "string" && value !== "";
}

/**
 * The error in an answer under status 200, in any of the forms found in practice: `{error: {...}}`, `{error:
 * "text"}`, `{type: "error"}`, `{object: "error"}`, nested in `base_resp`, or flat beside empty choices.
 * `error: null` and a code of zero are none.
 *
 * @param hasAnswer whether the object holds a piece of an answer too: then only fields named after an error
 *   count
 */
export function errorInAnswer(value: unknown, hasAnswer: boolean): SaidError | null {
  const outer = Array.isArray(value) ? (value as unknown[])[0] : value;
  if (!isRecord(outer)) return null;
  for (const holder of HOLDERS) {
    // An event of another kind may have details; an answer to the request has no type.
    if (holder === "detail" && (hasAnswer || "type" in outer)) continue;
    const said = saidIn(outer[holder], outer, holder);
    if (said) return said;
  }
  if (Object.keys(outer).some((field) => FLAT_FIELDS.test(field) && isTrouble(outer[field])))
    return saidBy(outer);
  if (hasAnswer) return null;
  if (outer["type"] === "error" || outer["object"] === "error") return saidBy(outer);
  const hasFailed = outer["success"] === false || outer["ok"] === false || outer["error"] === true;
  const said = saidBy(outer);
  return said.message !== "" && (hasFailed || isFailure(said)) ? said : null;
}

/** What an object in the place of an error says; null if it says that there is none. */
function saidIn(held: unknown, outer: Json, holder: string): SaidError | null {
  if (typeof held === "string" && isTrouble(held.trim())) {
    const nested = nestedIn(held);
    return nested ?? { ...saidBy(outer), message: held, body: outer };
  }
  if (Array.isArray(held)) {
    const first: unknown = held.find(isSaid);
    return typeof first === "string" ? saidIn(first, outer, holder) : isRecord(first) ? saidBy(first) : null;
  }
  if (!isRecord(held) || !Object.values(held).some(isSaid)) return null;
  const said = saidBy(held);
  const { code, type, message } = said;
  const words = holder === "base_resp" && code !== "" ? [code] : [code, type, message];
  return words.some(isTrouble) ? said : null;
}

function saidBy(holder: Json): SaidError {
  const message = wordIn(holder, MESSAGE_FIELDS);
  const inner = isRecord(holder["error"]) ? saidBy(holder["error"]) : nestedIn(message);
  return {
    type: inner?.type || wordIn(holder, TYPE_FIELDS),
    code: inner?.code || wordIn(holder, CODE_FIELDS),
    message: inner?.message || message,
    body: holder,
  };
}

/** Gateways put the whole error of the server behind them into their message, as text. */
function nestedIn(message: string): SaidError | null {
  const start = message.indexOf("{");
  if (start < 0 || message.length > 20_000) return null;
  try {
    return errorInAnswer(JSON.parse(message.slice(start)), false);
  } catch {
    return null;
  }
}

function wordIn(holder: Json, fields: readonly string[]): string {
  for (const field of fields) {
    const value = holder[field];
    if ((typeof value === "string" && value.trim() !== "") || typeof value === "number") return String(value);
  }
  return "";
}

function isSaid(value: unknown): boolean {
  return value !== null && value !== undefined && value !== "" && value !== false;
}

/** `{status_code: 0, status_msg: "success"}` is no error, and neither is a code of 200. */
function isTrouble(value: unknown): boolean {
  return isSaid(value) && !/^(0|2\d\d|ok|success|none|null)$/i.test(String(value));
}

/** Whether a code and a message without the word "error" around them speak of one. */
function isFailure({ type, code, message }: SaidError): boolean {
  if (!isTrouble(code)) return false;
  return Number(code) >= 400 || TROUBLE.test(`${type} ${code} ${message}`);
}

const TROUBLE =
  /error|invalid|fail|exceed|limit|throttl|unauth|denied|forbid|insufficient|not.?found|unavailable|overload|quota|balance|expired|time.?out|arrear|refus|reject/i;

/**
 * Classifies an error under status 200 as the provider's refusals are, with the status that its code names.
 * Where that says nothing, its words decide.
 */
export function failureOfAnswer(
  error: SaidError,
  { classifyRefusal, headers }: AnswerContext,
): ProviderFailure {
  const { type, code, message, body } = error;
  const named = Number(code);
  const status = named >= 400 && named < 600 ? named : 0;
  const refusal = { error: { ...(isRecord(body) ? body : {}), type, code, message } };
  const read = classifyRefusal({ status, body: refusal });
  const decided =
    read !== "provider_error" || status !== 0 ? read : (codeOfWords(`${type} ${code} ${message}`) ?? read);
  const wait =
    retryAfterSeconds(headers, decided === "provider_rate_limited" ? 429 : status) ??
    retryDelaySeconds(body) ??
    retryDelaySeconds(refusal) ??
    retryWordsSeconds(decided, message);
  return new ProviderFailure(decided, wait === undefined ? {} : { retryAfterSeconds: wait });
}

/** By what an error says, where its code and type say nothing. */
const MEANINGS: readonly [ProviderFailureCode, RegExp][] = [
  [
    "provider_context_too_long",
    /context.{0,20}(length|size|window|limit|exceed)|(prompt|input) (is )?too long|too many tokens/i,
  ],
  [
    "provider_credit_exhausted",
    /insufficient.?(balance|credit|quota|fund)|out of credit|arrear|(balance|credit|quota).{0,30}(exhaust|used up|insufficient|not enough|depleted|too low)|billing|payment|余额|欠费/i,
  ],
  [
    "provider_rate_limited",
    /(rate|request|usage|qp[sm]).{0,12}limit|too many requests|throttl|\b[qrt]p[ms]\b|slow.?down|frequen(t|cy)|concurren|限流|频率|速率|并发/i,
  ],
  [
    "provider_key_invalid",
    /log.?in fail|鉴权|密钥|身份验证|not logged in|unauthori[sz]ed|authenticat|authori[sz]ation|(invalid|incorrect|wrong|missing|no|expired).{0,20}(api.?(secret )?key|token|credential)|(api.?key|token).{0,30}(invalid|incorrect|expired|not valid)/i,
  ],
  ["provider_key_forbidden", /permission|forbidden|access denied|not allowed/i],
  [
    "provider_overloaded",
    /overload|at capacity|capacity exceeded|unavailable|busy|try again later|过载|繁忙|insufficient.{0,10}resource/i,
  ],
  ["provider_timeout", /time.?out|timed out/i],
  [
    "provider_content_refused",
    /content.?(filter|policy|moderation)|moderation|sensitive|safety|blocked|敏感/i,
  ],
  [
    "provider_model_unavailable",
    /model.{0,60}(not found|not exist|does not exist|unsupported|not supported)|(unknown|invalid|no such).{0,5}model/i,
  ],
  ["provider_rejected_request", /invalid.?(request|param|argument)|bad.?request/i],
];

function codeOfWords(words: string): ProviderFailureCode | undefined {
  return MEANINGS.find(([, pattern]) => pattern.test(words))?.[0];
}
