import { expect, test } from "vitest";
import { ChunkSink } from "./chunk-sink";
import type { RunChunk } from "./run";

const word = (delta: string, id = "0"): RunChunk => ({ type: "text-delta", id, delta });
const nextTurn = () => new Promise(setImmediate);

function collected() {
  const taken: RunChunk[][] = [];
  return { taken, sink: new ChunkSink((chunks) => taken.push(chunks)) };
}

test("the first piece of a turn does not wait, and what is behind it is taken together, its pieces joined", async () => {
  const { taken, sink } = collected();
  const start: RunChunk = { type: "text-start", id: "0" };
  sink.write(start);
  expect(taken).toEqual([]);
  for (const delta of ["One", " and", " two"]) sink.write(word(delta));
  // With what stands before it.
  expect(taken).toEqual([[start, word("One")]]);
  const others: RunChunk[] = [
    { type: "text-end", id: "0" },
    { type: "reasoning-delta", id: "0", delta: "Hm" },
  ];
  for (const chunk of [...others, word("!")]) sink.write(chunk);
  expect(taken).toHaveLength(1);
  await nextTurn();
  expect(taken[1]).toEqual([word(" and two"), ...others, word("!")]);
  sink.write(word("At once"));
  expect(taken[2]).toEqual([word("At once")]);
  sink.write(word(", not"));
  sink.write(word(" this"));
  expect(taken).toHaveLength(3);
  await sink.end();
  expect(taken[3]).toEqual([word(", not this")]);
});

test("many chunks that do not join are taken over many turns, and whoever writes them is told to wait", async () => {
  const { taken, sink } = collected();
  for (let index = 0; index < 1000; index += 1) sink.write(word("x", String(index % 2)));
  expect(sink.isFull).toBe(true);
  await sink.room();
  expect(sink.isFull).toBe(false);
  await sink.end();
  expect(Math.max(...taken.map(({ length }) => length))).toBeLessThanOrEqual(64);
  expect(taken.flat()).toHaveLength(1000);
});

test("of an answer that is stopped, what was written is taken, and nothing after that", async () => {
  const { taken, sink } = collected();
  sink.write({ type: "text-start", id: "0" });
  sink.close();
  sink.write(word("late"));
  await nextTurn();
  expect(taken).toEqual([[{ type: "text-start", id: "0" }]]);
});
