import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const read = (file: string) => readFileSync(file, "utf8");
const dockerfile = read("Dockerfile");
const [build = "", image = ""] = dockerfile.split(/^FROM /m).slice(1);
const ignored = read(".dockerignore")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"));

function matches(pattern: string, file: string): boolean {
  return new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", ".*")}$`).test(file);
}

test("nothing secret, and no data of this machine, reaches the builder", () => {
  // What git does not keep is what an installation has made itself.
  const own = [".env", ".env.local", ".data", "node_modules", ".next"];
  expect(own.filter((file) => !ignored.some((pattern) => matches(pattern, file)))).toEqual([]);
  expect(ignored.filter((pattern) => pattern.startsWith("!"))).toEqual([]);
  expect(dockerfile).not.toMatch(/^ARG /m);
  expect(dockerfile).not.toMatch(/(KEY|SECRET|PASSWORD|TOKEN)\s*=/);
});

test("the image runs as a user without rights, on files of another, and keeps its data in one volume", () => {
  expect(image).toMatch(/^USER 10001:10001$/m);
  expect(image).toMatch(/^COPY --from=build \/app \/app$/m);
  expect(image).not.toMatch(/--chown|chmod -R|chown -R/);
  expect(image).toMatch(/^VOLUME \/data$/m);
  expect(image).toContain("DATA_DIR=/data");
});

test("signals reach the launcher, which ends its server in order", () => {
  expect(image).toMatch(/^CMD \["node", "scripts\/run\.mjs", "start"\]$/m);
  expect(image).not.toMatch(/^ENTRYPOINT /m);
});

test("both stages have the Node that package.json's types are for", () => {
  const { devDependencies } = JSON.parse(read("package.json")) as { devDependencies: Record<string, string> };
  const major = devDependencies["@types/node"]?.split(".")[0];
  for (const stage of [build, image]) expect(stage).toMatch(new RegExp(`^node:${major}-`));
});
