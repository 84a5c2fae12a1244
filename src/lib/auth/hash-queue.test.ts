import { expect, test } from "vitest";
import { inHashQueue } from "./hash-queue";

test("two passwords are hashed at a time; of very many at once some are refused, and all others get their turn", async () => {
  const gate = Promise.withResolvers<void>();
  let [running, most] = [0, 0];
  const hashes = Array.from({ length: 80 }, () =>
    inHashQueue(async () => {
      running += 1;
      most = Math.max(most, running);
      await gate.promise;
      running -= 1;
    }),
  );
  const settled = Promise.allSettled(hashes);
  const refusal: unknown = await hashes.at(-1)?.catch((error: unknown) => error);
  expect(refusal).toMatchObject({ statusCode: 503, headers: { "retry-after": "5" } });
  gate.resolve();
  const outcomes = await settled;
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(66);
  expect(most).toBe(2);
});
