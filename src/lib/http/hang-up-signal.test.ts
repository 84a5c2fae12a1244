import { setImmediate as nextTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { hangUpSignal } from "./hang-up-signal";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

test("a hang-up arrives although the request it belongs to is no longer used", async () => {
  const client = new AbortController();
  const signalOf = () => hangUpSignal(new Request("http://localhost/", { signal: client.signal }));
  const signals = Array.from({ length: 20 }, signalOf);
  for (let time = 0; time < 3; time += 1) {
    // oxlint-disable-next-line no-await-in-loop -- objects are held until the turn in which they were made ends
    await nextTurn();
    collectGarbage();
  }
  client.abort();
  expect(signals.filter(({ aborted }) => aborted)).toHaveLength(20);
});
