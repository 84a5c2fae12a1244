/** Fields of an answer: a body that has one is no refusal, even if it also has an empty error. */
const ANSWERS = ["choices", "content", "candidates", "data", "models", "output"];

/**
 * Whether the body of a successful response is an error all the same, as some gateways send: `{error}`,
 * `{object: "error"}`, `{type: "error"}`, `{code, message}`, `{success: false}`, `{base_resp}` with a code.
 */
export function isRefusalBody(body: unknown): boolean {
  const said: unknown = Array.isArray(body) && body.length === 1 ? body[0] : body;
  if (!isRecord(said)) return false;
  if (said["object"] === "error" || said["type"] === "error") return true;
  const { base_resp: base } = said;
  if (isRecord(base) && typeof base["status_code"] === "number" && base["status_code"] !== 0) return true;
  if (ANSWERS.some((name) => hasSomething(said[name]))) return false;
  if (hasSomething(said["error"]) || hasSomething(said["errors"]) || said["success"] === false) return true;
  const sentence = [said["message"], said["msg"], said["detail"], said["error_msg"]].find(
    (text) => typeof text === "string",
  );
  return sentence !== undefined && said["id"] === undefined && isFault(said);
}

/** Codes of 0 and 200 mean success. */
function isFault({ code, status, error_code: errorCode, detail }: Record<string, unknown>): boolean {
  const given = code ?? status ?? errorCode;
  if (typeof given === "number") return given !== 0 && given !== 200;
  if (typeof given === "string") return !/^(0|200|ok|success)$/i.test(given);
  return typeof detail === "string";
}

function hasSomething(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isRecord(value)) return Object.keys(value).length > 0;
  return typeof value === "string" && value !== "";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
