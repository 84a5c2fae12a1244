import { expect, test } from "vitest";
import { collectGarbage } from "../../../tests/support/collect-garbage";
import { hangUpSignal } from "./hang-up-signal";

test("a hang-up arrives although the request it belongs to is no longer used", async () => {
  const client = new AbortController();
  const signalOf = () => hangUpSignal(new Request("http://localhost/", { signal: client.signal }));
  const signals = Array.from({ length: 20 }, signalOf);
  await collectGarbage();
  client.abort();
  expect(signals.filter(({ aborted }) => aborted)).toHaveLength(20);
});
