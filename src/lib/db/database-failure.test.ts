import { expect, test } from "vitest";
import { DatabaseUnreachable, databaseFailure } from "./database-failure";

const withCode = (code: string, more: object = {}) => Object.assign(new Error("failed"), { code, ...more });
/** As drizzle throws it: the query with its values, the driver's error as its cause. */
const ofQuery = (cause: Error) =>
  Object.assign(new Error("Failed query", { cause }), { query: "insert", params: ["sk-ant-hunter2"] });

test.each([
  ["the disk is full", ofQuery(withCode("53100")), "storage_full"],
  ["the disk is full, on the embedded database", withCode("53100", { severity: "ERROR" }), "storage_full"],
  ["it was stopped in the middle of a query", ofQuery(withCode("57P01")), "unavailable"],
  ["it is starting", ofQuery(withCode("57P03")), "unavailable"],
  ["it has no connection left", ofQuery(withCode("53300")), "unavailable"],
  ["nothing listens there", ofQuery(withCode("ECONNREFUSED")), "unavailable"],
  ["the connection broke", ofQuery(new Error("Connection terminated unexpectedly")), "unavailable"],
  ["it hangs", ofQuery(new Error("timeout exceeded when trying to connect")), "unavailable"],
  ["no transaction could begin", new DatabaseUnreachable("x", { cause: withCode("EPERM") }), "unavailable"],
  [
    "all of it is the cause of another error",
    new Error("x", { cause: ofQuery(withCode("08006")) }),
    "unavailable",
  ],
])("%s: the person learns whom it concerns", (_, error, code) => {
  const failure = databaseFailure(error);
  expect(failure?.code).toBe(code);
  expect(failure?.message).not.toContain("hunter2");
});

test.each([
  ["a violated constraint", ofQuery(withCode("23505"))],
  ["a provider that refuses the connection", new Error("fetch failed", { cause: withCode("ECONNREFUSED") })],
  ["a mistake of ours", new TypeError("x is not a function")],
  ["no error at all", "ECONNREFUSED"],
])("%s is another kind", (_, error) => {
  expect(databaseFailure(error)).toBeNull();
});
