import { afterEach, describe, expect, test, vi } from "vitest";
import { closeBeforeExit } from "./close-before-exit";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

const nothing = async () => undefined;

/** Calls what closeBeforeExit does at a signal; other listeners in this process are not called. */
function atSignalOf(options: Partial<Parameters<typeof closeBeforeExit>[0]>): () => void {
  const before = SIGNALS.map((signal) => process.listeners(signal));
  closeBeforeExit({ drain: nothing, atSignal: nothing, close: nothing, ...options });
  const added = SIGNALS.map((signal, index) =>
    process.listeners(signal).filter((listener) => !before[index]?.includes(listener)),
  );
  for (const [index, signal] of SIGNALS.entries())
    for (const listener of added[index] ?? []) process.removeListener(signal, listener);
  return () => added[1]?.[0]?.("SIGTERM");
}

describe("at the end of the process", () => {
  const exit = process.exit.bind(process);
  afterEach(() => {
    process.exit = exit;
  });

  test("waits for the work to end, then closes, then exits with the given code", async () => {
    const order: string[] = [];
    const exited = new Promise<void>((resolve) => {
      process.exit = ((code: number) => {
        order.push(`exit ${code}`);
        resolve();
      }) as typeof process.exit;
    });
    const [work, runs] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const signal = atSignalOf({
      drain: () => runs.promise.then(() => void order.push("runs ended")),
      atSignal: () => work.promise.then(() => void order.push("work ended")),
      close: async () => void order.push("closed"),
    });
    signal();
    process.exit(3);
    order.push("Next is done");
    work.resolve();
    await work.promise;
    process.exit(4);
    runs.resolve();
    await exited;
    expect(order).toEqual(["Next is done", "work ended", "runs ended", "closed", "exit 3"]);
  });

  test("work that fails does not prevent closing", async () => {
    const close = vi.fn<() => Promise<void>>(async () => undefined);
    const exited = new Promise<unknown>((resolve) => {
      process.exit = ((code: number) => resolve(code)) as typeof process.exit;
    });
    const signal = atSignalOf({ atSignal: () => Promise.reject(new Error("no")), close });
    signal();
    process.exit(0);
    expect(await exited).toBe(0);
    expect(close).toHaveBeenCalledTimes(1);
  });
});
