import type { ErrorResponse } from "./error";
import { ERROR_TABLE, type ErrorAction, type OwnErrorCode } from "./error-table";

/** The body of an error answer: the sentence, its code, and the actions of the code's row. */
export function errorBody(code: OwnErrorCode, error: string): ErrorResponse {
  return { error, code, ...actionFields(ERROR_TABLE[code].actions) };
}

/** Actions as they cross the wire: the likeliest, and the others if there are any. */
export function actionFields(
  actions: readonly ErrorAction[],
): Pick<ErrorResponse, "action" | "otherActions"> {
  const [action, ...otherActions] = actions;
  return { ...(action ? { action } : {}), ...(otherActions.length > 0 ? { otherActions } : {}) };
}
