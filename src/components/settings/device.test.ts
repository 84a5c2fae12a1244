import { describe, expect, it } from "vitest";
import { deviceName } from "@/contracts/device-name";
import { isPhone } from "./device";

const MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko)";

describe("the name of a device", () => {
  it.each([
    [`${MAC} Chrome/142.0.0.0 Safari/537.36`, "Chrome on macOS"],
    [`${MAC} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0`, "Edge on macOS"],
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
      "Firefox on Windows",
    ],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
      "Safari on iPhone",
    ],
    [
      "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
      "Chrome on Android",
    ],
    ["curl/8.5.0", "curl"],
    ["", "Unknown device"],
    [null, "Unknown device"],
  ])("%s", (userAgent, name) => {
    expect(deviceName(userAgent)).toBe(name);
  });

  it("recognizes phones", () => {
    expect(isPhone("Mozilla/5.0 (Linux; Android 10; K) Chrome/142.0.0.0 Mobile Safari/537.36")).toBe(true);
    expect(isPhone("Mozilla/5.0 (Linux; Android 10; K) Chrome/142.0.0.0 Safari/537.36")).toBe(false);
    expect(isPhone(null)).toBe(false);
  });
});
