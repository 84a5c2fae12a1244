import { describe, expect, it } from "vitest";
import { safeNext, signInPath } from "./safe-next";

describe("the page after signing in", () => {
  it.each([
    ["/projects/5f1c", "/projects/5f1c"],
    ["/settings?tab=devices#list", "/settings?tab=devices#list"],
    ["/projects/../settings", "/settings"],
  ])("follows %s", (value, expected) => {
    expect(safeNext(value)).toBe(expected);
  });

  it.each([
    ["another site", "https://evil.example/"],
    ["a protocol-relative address", "//evil.example"],
    ["a backslash that browsers read as a slash", "/\\evil.example"],
    ["a backslash further in", "/a\\..\\..\\evil.example"],
    ["a tab that browsers drop", "/\t/evil.example"],
    ["dots that leave two slashes behind", "/.//evil.example"],
    ["a script", "javascript:alert(1)"],
    ["a bare word", "projects"],
    ["an empty value", ""],
    ["the sign-in page itself", "/sign-in?next=/sign-in"],
    ["an API answer", "/api/auth/token"],
    ["a repeated parameter", ["/settings", "//evil.example"]],
    ["nothing", undefined],
  ])("ignores %s", (_what, value) => {
    expect(safeNext(value)).toBe("/projects");
  });

  it("survives the round trip through the address of the sign-in page", () => {
    const path = "/projects/a?thread=b&x=1#c";
    const next = new URL(signInPath(path), "http://localhost").searchParams.get("next");
    expect(safeNext(next ?? undefined)).toBe(path);
  });
});
