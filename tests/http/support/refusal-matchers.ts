import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";
import type { ErrorCode } from "@/contracts/error";
import { errorBody } from "@/contracts/error-body";
import { isOwnErrorCode } from "@/contracts/error-table";
import type { HttpAnswer } from "../../support/http-person";

interface RefusalMatchers<Result> {
  /**
   * A sentence for a person, a code of the table with its actions, and nothing else; no cache may keep it.
   */
  toBeRefused(expected?: { status?: number; code?: ErrorCode }): Result;
  /** The same for `/api/auth/*`, whose library adds its own fields and codes. */
  toBeRefusedByAuth(expected?: { status?: number; code?: string }): Result;
}

declare module "vitest" {
  // The parameters are those of vitest's own declaration.
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown>
    extends RefusalMatchers<R> {}
}

function judged(answer: HttpAnswer, faults: (string | false)[]) {
  const found = faults.filter((fault) => fault !== false);
  const shown = `${answer.status} ${answer.headers.get("content-type")} ${answer.text.slice(0, 400)}`;
  return {
    pass: found.length === 0,
    message: () =>
      found.length === 0 ? `expected anything but a refusal: ${shown}` : `${found.join("; ")}: ${shown}`,
  };
}

/** Faults that any refusal can have. */
function commonFaults({ status, headers, body }: HttpAnswer, expected: { status?: number; code?: string }) {
  return [
    (status < 400 || status > 499) && "not a 4xx status",
    expected.status !== undefined && status !== expected.status && `not ${expected.status}`,
    !headers.get("content-type")?.startsWith("application/json") && "not JSON",
    headers.get("cache-control") !== "no-store" && "may be cached",
    expected.code !== undefined && body?.code !== expected.code && `not the code ${expected.code}`,
  ];
}

expect.extend({
  toBeRefused(answer: HttpAnswer, expected: { status?: number; code?: ErrorCode } = {}) {
    const [code, sentence] = [String(answer.body?.code), String(answer.body?.error)];
    return judged(answer, [
      ...commonFaults(answer, expected),
      !isOwnErrorCode(code)
        ? "not a code of the table"
        : !isDeepStrictEqual(answer.body, errorBody(code, sentence)) && "other fields than those of its row",
      !/^[A-Z].*\.$/s.test(sentence) && "not a sentence",
    ]);
  },
  toBeRefusedByAuth(answer: HttpAnswer, expected: { status?: number; code?: string } = {}) {
    const { body } = answer;
    return judged(answer, [
      ...commonFaults(answer, expected),
      !/^[a-z_]+$/.test(String(body?.code)) && "no code",
      !/\S/.test(String(body?.error ?? "")) && "no sentence",
    ]);
  },
});
