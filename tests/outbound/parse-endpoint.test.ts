import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AppError } from "@/lib/app-error";
import type { AddressPolicy } from "@/lib/outbound/address-policy";
import { type Endpoint, parseEndpoint } from "@/lib/outbound/parse-endpoint";
import { PUBLIC_ONLY, policyAllowing } from "./policies";
import { embeddingsOf, SPECIAL_IPV4 } from "./special-addresses";

function refusalOf(text: string, policy: AddressPolicy = PUBLIC_ONLY): AppError {
  let endpoint: Endpoint;
  try {
    endpoint = parseEndpoint(text, policy);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error(`accepted as ${endpoint.url}`);
}

describe("an address of an API", () => {
  test.each([
    ["https://llm.example.com", "https://llm.example.com"],
    ["  https://llm.example.com/v1/\n", "https://llm.example.com/v1"],
    ["HTTPS://LLM.Example.COM:443/v1///", "https://llm.example.com/v1"],
    ["https://llm.example.com.:8443/Team/v1", "https://llm.example.com:8443/Team/v1"],
    ["https://bücher.example/v1", "https://xn--bcher-kva.example/v1"],
    ["https://ＬＬＭ.example。com/v1", "https://llm.example.com/v1"],
    ["https://8.8.8.8/v1", "https://8.8.8.8/v1"],
    ["https://0x08080808/v1", "https://8.8.8.8/v1"],
    ["https://[2606:4700:4700:0:0:0:0:1111]:8443/v1", "https://[2606:4700:4700::1111]:8443/v1"],
    ["https://llm.example.com/a/../v1/./", "https://llm.example.com/v1"],
    ["https://gpu_box.example.com/v1", "https://gpu_box.example.com/v1"],
  ])("%j becomes %s", (text, url) => {
    const endpoint = parseEndpoint(text, PUBLIC_ONLY);
    expect(endpoint.url).toBe(url);
    expect(endpoint.origin).toBe(new URL(url).origin);
    expect(parseEndpoint(endpoint.url, PUBLIC_ONLY)).toEqual(endpoint);
  });

  test("gives the host as a resolver takes it", () => {
    expect(parseEndpoint("https://llm.example.com./v1", PUBLIC_ONLY).hostname).toBe("llm.example.com");
    expect(parseEndpoint("https://[2600::1]/v1", PUBLIC_ONLY).hostname).toBe("2600::1");
  });

  test("may have 300 characters and no more, typed and in ASCII", () => {
    const address = `https://llm.example.com/${"a".repeat(276)}`;
    expect(parseEndpoint(address, PUBLIC_ONLY).url).toHaveLength(300);
    expect(refusalOf(`${address}a`).message).toContain("longer than 300 characters");
    expect(refusalOf(`https://llm.example.com/${"ü".repeat(100)}`).message).toContain("longer than 300");
  });

  test.each([
    ["", "not the address of an API"],
    ["llm.example.com", "not the address of an API"],
    ["//llm.example.com", "not the address of an API"],
    ["https:llm.example.com", "not the address of an API"],
    ["https:/llm.example.com", "not the address of an API"],
    ["https://", "not the address of an API"],
    ["https:///v1", "not the address of an API"],
    ["ftp://llm.example.com", "not the address of an API"],
    ["file:///etc/passwd", "not the address of an API"],
    ["gopher://llm.example.com", "not the address of an API"],
    ["javascript:alert(1)", "not the address of an API"],
    ["data:text/plain,hello", "not the address of an API"],
    ["https://llm.example.com:99999", "not the address of an API"],
    ["https://llm.example.com:-1", "not the address of an API"],
    ["https://llm..example.com", "not the address of an API"],
    ["https://.example.com", "not the address of an API"],
    ["https://llm.example.com..", "not the address of an API"],
    ["https://.", "not the address of an API"],
    ["https://llm.exa$mple.com", "not the address of an API"],
    [`https://${"a".repeat(64)}.example.com`, "not the address of an API"],
    [`https://${"a.".repeat(128)}com`, "not the address of an API"],
    ["https://1.2.3.4.5", "not the address of an API"],
    ["https://256.256.256.256", "not the address of an API"],
    ["https://[fe80::1%25eth0]", "not the address of an API"],
    ["https://[fe80::1%eth0]", "not the address of an API"],
    ["https://%31%32%37.0.0.1", "not the address of an API"],
    ["https://llm.example.com%2f@127.0.0.1", "user name or password"],
    ["https://me:hunter2@llm.example.com", "user name or password"],
    ["https://@llm.example.com", "user name or password"],
    ["https://:@llm.example.com", "user name or password"],
    ["https://llm.example.com@127.0.0.1/v1", "user name or password"],
    ["https://llm.example.com?key=hunter2", '"?" or "#"'],
    ["https://llm.example.com/v1?", '"?" or "#"'],
    ["https://llm.example.com/v1#", '"?" or "#"'],
    ["https://llm.example.com/v1#@127.0.0.1", '"?" or "#"'],
    ["https://llm.exa\tmple.com", "blank, a backslash or an invisible character"],
    ["https://llm.example.com/v1\r\nHost: 127.0.0.1", "blank, a backslash or an invisible character"],
    ["https://llm.example.com/\u0000", "blank, a backslash or an invisible character"],
    ["https://llm.example.com/\u202Ev1", "blank, a backslash or an invisible character"],
    ["https://llm.exam\u00ADple.com", "blank, a backslash or an invisible character"],
    ["https://llm.example.com\\@127.0.0.1", "blank, a backslash or an invisible character"],
    ["https://llm.example.com/a b", "blank, a backslash or an invisible character"],
    ["https://llm.example.com:22", "This port belongs to another kind of service"],
    ["https://llm.example.com:0", "This port belongs to another kind of service"],
    ["https://llm.example.com:5432/v1", "This port belongs to another kind of service"],
    ["https://llm.example.com:6379/v1", "This port belongs to another kind of service"],
  ])("is not %j", (text, reason) => {
    const refusal = refusalOf(text);
    expect(refusal).toMatchObject({ code: "endpoint_refused", status: 400 });
    expect(refusal.message).toContain(reason);
    expect(refusal.message).toMatch(/\.$/);
    expect(refusal.message).not.toContain("hunter2");
  });
});

const PRIVATE_IN_DISGUISE = [
  // Loopback
  "127.0.0.1 127.1 127.0.1 127.0.0.1. 0177.0.0.1 0177.1 017700000001 00177.0x0.0.01",
  "2130706433 0x7f.1 0x7f000001 0x7F.0x00.0x00.0x01 127.255.255.254 １２７.0.0.1 127。0。0。1",
  "①②⑦.0.0.1 [::1] [0:0:0:0:0:0:0:1] [0000::0001] [::ffff:127.0.0.1] [::ffff:7f00:1]",
  "[::127.0.0.1] [0:0:0:0:0:ffff:7f00:0001] [64:ff9b::7f00:1] [64:ff9b::127.0.0.1] [2002:7f00:1::]",
  "[2001:0:7f00:1::] localhost LOCALHOST localhost. a.localhost a.localhost. ｌocalhost",
  // This host
  "0 0.0.0.0 0x0 00 0. [::] [0:0::0] [::ffff:0:0] [::0.0.0.0]",
  // Metadata services
  "169.254.169.254 2852039166 0xa9fea9fe 0251.0376.0251.0376 0xa9.0xfe.0xa9.0xfe 169.254.43518",
  "169.16689662 [::ffff:169.254.169.254] [::ffff:a9fe:a9fe] [fe80::a9fe:a9fe] [fd00:ec2::254]",
  "[fd00:0ec2:0:0:0:0:0:254] [fd20:ce::254] 100.100.100.200 192.0.0.192 168.63.129.16",
  // Private networks and the rest
  "10.0.0.1 012.1 172.16.0.1 192.168.1.1 3232235777 [fd12::1] [fe80::1] [fec0::1]",
  "100.64.0.1 192.0.0.1 198.18.0.1 224.0.0.1 255.255.255.255 240.0.0.1 203.0.113.7",
  "[2001:db8::1] [ff02::1] [100::1]",
].flatMap((line) => line.split(" "));

describe("a private address, however it is spelled", () => {
  test.each(PRIVATE_IN_DISGUISE)("https://%s is refused", (host) => {
    const refusal = refusalOf(`https://${host}/v1`);
    expect(refusal.code).toBe("endpoint_refused");
    expect(refusal.message).toContain("ALLOWED_PRIVATE_ENDPOINTS");
    expect(refusalOf(`http://${host}:8080/v1`).message).toContain("ALLOWED_PRIVATE_ENDPOINTS");
  });

  test("is refused in every number system and every IPv6 form", () => {
    fc.assert(
      fc.property(fc.constantFrom(...SPECIAL_IPV4), fc.infiniteStream(fc.nat(2)), (address, systems) => {
        const parts = address.split(".").map(Number);
        const whole = parts.reduce((sum, part) => sum * 256 + part, 0);
        const [a = 0, b = 0, c = 0, d = 0] = parts;
        const hosts = [[a, b, c, d], [a, b, c * 256 + d], [a, (b * 256 + c) * 256 + d], [whole]].map(
          (numbers) => numbers.map((number) => inSystem(number, systems.next().value)).join("."),
        );
        for (const host of [...hosts, ...embeddingsOf(address).map((form) => `[${form}]`)]) {
          expect(refusalOf(`https://${host}/v1`).code).toBe("endpoint_refused");
        }
      }),
    );
  });
});

function inSystem(number: number, system: number): string {
  return [String(number), `0x${number.toString(16)}`, `0${number.toString(8)}`][system] ?? "";
}

describe("what the operator allows", () => {
  test.each([
    ["127.0.0.1", "http://127.0.0.1:11434/v1/", "http://127.0.0.1:11434/v1"],
    ["127.0.0.1", "http://127.1:11434", "http://127.0.0.1:11434"],
    ["127.0.0.1", "https://127.0.0.1:8443", "https://127.0.0.1:8443"],
    ["::1", "http://[::1]:1234/v1", "http://[::1]:1234/v1"],
    ["127.0.0.1", "http://localhost.:11434", "http://localhost:11434"],
    ["::1", "http://localhost:11434", "http://localhost:11434"],
    ["10.0.0.0/8", "http://10.1.2.3:8000/v1", "http://10.1.2.3:8000/v1"],
    // What the name resolves to is checked when a request is sent.
    ["10.0.0.0/8", "http://ollama:11434/v1", "http://ollama:11434/v1"],
  ])("with %s, %s is accepted", (list, text, url) => {
    expect(parseEndpoint(text, policyAllowing(list)).url).toBe(url);
  });

  test.each([
    ["127.0.0.1", "http://127.0.0.2:11434", "ALLOWED_PRIVATE_ENDPOINTS"],
    ["10.0.0.0/8", "http://localhost:11434", "ALLOWED_PRIVATE_ENDPOINTS"],
    ["127.0.0.1", "http://[::1]:11434", "ALLOWED_PRIVATE_ENDPOINTS"],
    ["0.0.0.0/0", "http://169.254.169.254", "ALLOWED_PRIVATE_ENDPOINTS"],
    ["::/0", "http://[fd00:ec2::254]", "ALLOWED_PRIVATE_ENDPOINTS"],
    ["127.0.0.1", "http://8.8.8.8/v1", "sends your key unprotected"],
    ["0.0.0.0/0", "http://8.8.8.8/v1", "sends your key unprotected"],
    ["", "http://llm.example.com/v1", "sends your key unprotected"],
  ])("with %s, %s is refused", (list, text, reason) => {
    expect(refusalOf(text, policyAllowing(list)).message).toContain(reason);
  });
});
