import { expect, it } from "vitest";
import { startNode } from "../../scripts/lib/children";
import { keepServing } from "../../scripts/lib/keep-serving";

const ends = (how: string) => startNode(["--eval", how], { ...process.env }, process.cwd());

it("a server that crashes is started again, each time after a longer pause; one that was ended is not", async () => {
  const deaths = [
    "process.exit(1)",
    "process.kill(process.pid, 'SIGKILL')",
    "process.exit(2)",
    "process.exit(0)",
  ];
  const startedAt: number[] = [];
  const served = keepServing(
    ends("process.exit(134)"),
    async () => {
      startedAt.push(performance.now());
      return ends(deaths[startedAt.length - 1] ?? "");
    },
    { firstMs: 40, longestMs: 160, stableMs: 600_000 },
  );
  await expect(served).rejects.toMatchObject({ code: "server_failed" });
  expect(startedAt).toHaveLength(deaths.length);
  const pauses = startedAt.slice(1).map((at, index) => at - (startedAt[index] ?? 0));
  for (const [index, least] of [80, 160, 160].entries())
    expect(pauses[index]).toBeGreaterThanOrEqual(least - 2);
});

it("a server that cannot be started again ends the command", async () => {
  const failure = new Error("not healthy");
  const served = keepServing(ends("process.exit(1)"), () => Promise.reject(failure), {
    firstMs: 1,
    longestMs: 1,
    stableMs: 1,
  });
  await expect(served).rejects.toBe(failure);
});
