import type { ErrorResponse } from "./error";
import { ERROR_TABLE, type ErrorAction, type OwnErrorCode } from "./error-table";

/** The body of an error response: the sentence, its code, and the actions of the code's row. */
export function errorBody(code: OwnErrorCode, error: string): ErrorResponse {
  return { error, code, ...actionFields(ERROR_TABLE[code].actions) };
}

/** Actions as sent to clients: the most likely one, and the others if any. */
export function actionFields(
  actions: readonly ErrorAction[],
): Pick<ErrorResponse, "action" | "otherActions"> {
  const [action, ...otherActions] = actions;
  return { ...(action ? { action } : {}), ...(otherActions.length > 0 ? { otherActions } : {}) };
}
