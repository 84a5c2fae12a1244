import { expect, test } from "vitest";
import { parseRange } from "@/lib/outbound/address-range";
import { clientAddressOf, clientNetworkOf, settleClientAddress } from "./client-address";

const ranges = (text: string) =>
  text
    .split(",")
    .map(parseRange)
    .filter((range) => range !== undefined);
const PROXIES = ranges("127.0.0.0/8,::1,10.0.0.0/8");

test.each([
  ["who connects directly", "203.0.113.7", undefined, "203.0.113.7"],
  ["who connects directly and claims another address", "203.0.113.7", "198.51.100.1", "203.0.113.7"],
  ["who claims to be this machine", "203.0.113.7", "127.0.0.1", "203.0.113.7"],
  ["who a trusted proxy saw", "127.0.0.1", "203.0.113.7", "203.0.113.7"],
  [
    "who a proxy saw, and not whom that one claims to be",
    "127.0.0.1",
    "198.51.100.1, 203.0.113.7",
    "203.0.113.7",
  ],
  ["who the outer of two proxies saw", "127.0.0.1", "6.6.6.6, 203.0.113.7, 10.1.2.3", "203.0.113.7"],
  ["who claims a trusted proxy as its client", "127.0.0.1", "10.9.9.9,203.0.113.7", "203.0.113.7"],
  ["a proxy whose client wrote no address", "127.0.0.1", "localhost", "127.0.0.1"],
  ["a proxy whose client wrote an address in another spelling", "127.0.0.1", "0x7f.1", "127.0.0.1"],
  ["a proxy's own request", "127.0.0.1", undefined, "127.0.0.1"],
  ["a proxy on a socket for both kinds of addresses", "::ffff:127.0.0.1", "203.0.113.7", "203.0.113.7"],
  ["IPv4 on such a socket", "::ffff:203.0.113.7", undefined, "203.0.113.7"],
  ["with a port", "::1", "203.0.113.7:4711", "203.0.113.7"],
  ["IPv6 with a port", "::1", "[2001:DB8::1]:4711", "2001:db8::1"],
  ["a proxy only, each hop being one", "127.0.0.1", "10.0.0.1, 10.0.0.2", "10.0.0.1"],
])("%s", (_who, socket, forwarded, client) => {
  expect(clientAddressOf(socket, forwarded, PROXIES)).toBe(client);
});

test("without trusted proxies the header says nothing, not even from this machine", () => {
  expect(clientAddressOf("127.0.0.1", "203.0.113.7", [])).toBe("127.0.0.1");
  const headers = { "x-forwarded-for": "203.0.113.7" };
  settleClientAddress(headers, "127.0.0.1", []);
  expect(headers["x-forwarded-for"]).toBe("127.0.0.1");
});

test("a connection that is closed already has no address", () => {
  const headers = { "x-forwarded-for": "203.0.113.7" };
  settleClientAddress(headers, undefined, PROXIES);
  expect(clientNetworkOf(new Headers(headers))).toBe("unknown");
});

const network = (address: string) => clientNetworkOf(new Headers({ "x-forwarded-for": address }));

test("limits count an IPv6 network as one client", () => {
  expect(network("2001:db8:0:1::1")).toBe(network("2001:db8:0:1:ffff:ffff:ffff:ffff"));
  expect(network("2001:db8:0:1::1")).not.toBe(network("2001:db8:0:2::1"));
  expect(network("203.0.113.7")).toBe("203.0.113.7");
});
