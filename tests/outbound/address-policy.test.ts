import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createAddressPolicy } from "@/lib/outbound/address-policy";
import { parseAllowedRanges } from "@/lib/outbound/allowed-ranges";
import { PUBLIC_ONLY, policyAllowing } from "./policies";
import { embeddingsOf, PUBLIC_IPV4, PUBLIC_IPV6, SPECIAL_IPV4, SPECIAL_IPV6 } from "./special-addresses";

const ipv4 = fc.oneof(
  fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)).map((parts) => parts.join(".")),
  fc.constantFrom(...SPECIAL_IPV4),
);

describe("with nothing allowed", () => {
  test.each(PUBLIC_IPV4)("%s is public", (address) => {
    expect(PUBLIC_ONLY.judge(address)).toBe("public");
  });

  test.each(PUBLIC_IPV6)("%s is public", (address) => {
    expect(PUBLIC_ONLY.judge(address)).toBe("public");
  });

  test.each(SPECIAL_IPV4)("%s is refused, in every IPv6 form too", (address) => {
    expect(PUBLIC_ONLY.judge(address)).toBe("refused");
    expect(embeddingsOf(address).filter((form) => PUBLIC_ONLY.judge(form) !== "refused")).toEqual([]);
  });

  test.each(SPECIAL_IPV6)("%s is refused", (address) => {
    expect(PUBLIC_ONLY.judge(address)).toBe("refused");
  });

  test.each([
    "0177.0.0.1",
    "0x7f.1",
    "127.1",
    "2130706433",
    "8.8.8.8 ",
    "08.8.8.8",
    "8.8.8",
    "[::1]",
    "",
    "localhost",
    "example.com",
  ])("%j is not the standard spelling of an address and is refused", (address) => {
    expect(PUBLIC_ONLY.judge(address)).toBe("refused");
  });
});

describe("an IPv6 address that stands for a public IPv4 address", () => {
  test.each(["::ffff:8.8.8.8", "::ffff:808:808", "64:ff9b::808:808"])(
    "%s is as public as that one",
    (address) => {
      expect(PUBLIC_ONLY.judge(address)).toBe("public");
    },
  );

  test.each(["::8.8.8.8", "2002:808:808::1", "2001:0:808:808::1", "64:ff9b:1::808:808", "::ffff:0:808:808"])(
    "%s needs a tunnel in the network and is refused",
    (address) => {
      expect(PUBLIC_ONLY.judge(address)).toBe("refused");
    },
  );
});

describe("what the operator allows", () => {
  test.each([
    ["127.0.0.1", "127.0.0.1", "allowed_private"],
    ["127.0.0.1", "127.0.0.2", "refused"],
    ["127.0.0.1", "::ffff:127.0.0.1", "allowed_private"],
    ["127.0.0.1", "::127.0.0.1", "refused"],
    ["127.0.0.1", "::1", "refused"],
    ["::1", "::1", "allowed_private"],
    ["::1", "127.0.0.1", "refused"],
    ["10.0.0.0/8", "10.255.0.1", "allowed_private"],
    ["10.0.0.0/8", "11.0.0.1", "public"],
    ["10.0.0.0/8", "64:ff9b::a00:1", "refused"],
    ["192.168.4.0/22", "192.168.7.255", "allowed_private"],
    ["192.168.4.0/22", "192.168.8.0", "refused"],
    ["fd12:3456::/32", "fd12:3456::9", "allowed_private"],
    ["fd12:3456::/32", "fd12:3457::9", "refused"],
    ["100.64.0.0/10", "100.101.102.103", "allowed_private"],
    // Listing what is public anyway does not make it private: http:// stays closed to it.
    ["8.8.8.8", "8.8.8.8", "public"],
  ])("with %s, %s is %s", (list, address, verdict) => {
    expect(policyAllowing(list).judge(address)).toBe(verdict);
  });

  test.each(
    [
      "169.254.169.254 169.254.0.1 fe80::1 fe80::a9fe:a9fe fd00:ec2::254 fd00:ec2::23 fd20:ce::254",
      "100.100.100.200 192.0.0.192 168.63.129.16 0.0.0.0 0.1.2.3 :: 224.0.0.1 ff02::1",
      "255.255.255.255 ::ffff:169.254.169.254 ::ffff:0.0.0.0 64:ff9b::a9fe:a9fe 2002:a9fe:a9fe::",
    ].flatMap((line) => line.split(" ")),
  )("%s stays closed even if everything is allowed", (address) => {
    const everything = policyAllowing(
      "0.0.0.0/0,::/0,100.64.0.0/10,192.0.0.0/24,fd00::/8,168.0.0.0/6,160.0.0.0/3",
    );
    expect(everything.judge(address)).toBe("refused");
  });

  test("allowing all of IPv6 opens no IPv4 address", () => {
    fc.assert(
      fc.property(ipv4, (address) => {
        const policy = policyAllowing("::/0,2000::/3,::/8");
        // In one of the forms it would be "::1", which is allowed here in its own right.
        fc.pre(address !== "0.0.0.1");
        fc.pre(policy.judge(address) === "refused");
        for (const form of embeddingsOf(address))
          expect(`${form} ${policy.judge(form)}`).toBe(`${form} refused`);
      }),
      { numRuns: 500 },
    );
  });

  test("no refused IPv4 address is reached in any IPv6 form, whatever is allowed", () => {
    const range = fc
      .tuple(fc.constantFrom(...SPECIAL_IPV4, ...PUBLIC_IPV4), fc.integer({ min: 0, max: 32 }))
      .map(([address, length]) => networkOf(address, length));
    fc.assert(
      fc.property(ipv4, fc.array(range, { maxLength: 4 }), (address, list) => {
        // Entries that cannot be listed are left out, as startup would refuse them.
        const policy = createAddressPolicy(parseAllowedRanges(list.join(",")).ranges);
        fc.pre(policy.judge(address) === "refused");
        for (const form of embeddingsOf(address))
          expect(`${form} ${policy.judge(form)}`).toBe(`${form} refused`);
      }),
      { numRuns: 500 },
    );
  });
});

function networkOf(address: string, length: number): string {
  const value = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const network = value - (value % 2 ** (32 - length));
  return `${[24, 16, 8, 0].map((shift) => Math.floor(network / 2 ** shift) % 256).join(".")}/${length}`;
}
