import type { KeyTestResult } from "@/contracts/ai-keys";
import { ApiError } from "@/lib/http/api-client";

/** State of a key test. */
export type KeyTest =
  | { state: "running" }
  | { state: "done"; result: KeyTestResult; at: number }
  /** The test did not run: our server or the network failed, not the key. */
  | { state: "failed"; sentence: string; code: ApiError["code"] | null };

/** Runs a test and never throws. */
export async function runKeyTest(test: () => Promise<KeyTestResult>): Promise<KeyTest> {
  try {
    return { state: "done", result: await test(), at: Date.now() };
  } catch (error) {
    const sentence = error instanceof ApiError ? error.message : "The key was not tested. Try again.";
    return { state: "failed", sentence, code: error instanceof ApiError ? error.code : null };
  }
}
