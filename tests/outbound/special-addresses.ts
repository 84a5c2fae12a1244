function addresses(line: string): string[] {
  return line.split(" ");
}

/**
 * One address and the edges of each block that is not for public use, from IANA's special-purpose registries.
 */
export const SPECIAL_IPV4: readonly string[] = [
  // "This network" (RFC 791) and private use (RFC 1918)
  "0.0.0.0 0.0.0.1 0.255.255.255 10.0.0.0 10.255.255.255",
  "172.16.0.0 172.31.255.255 192.168.0.0 192.168.255.255",
  // Loopback, link-local, carrier-grade NAT (RFC 6598)
  "127.0.0.0 127.0.0.1 127.255.255.255 169.254.0.0 169.254.169.254 169.254.255.255",
  "100.64.0.0 100.64.0.1 100.100.100.200 100.127.255.255",
  // IETF protocol assignments, documentation, the 6to4 relay, benchmarking, AS112, AMT
  "192.0.0.0 192.0.0.1 192.0.0.192 192.0.0.255 192.0.2.1 198.51.100.1 203.0.113.1",
  "192.88.99.1 198.18.0.0 198.18.0.1 198.19.255.255 192.31.196.1 192.52.193.1 192.175.48.1",
  // Multicast, reserved, broadcast
  "224.0.0.0 239.255.255.255 240.0.0.0 255.255.255.254 255.255.255.255",
  // Public by its number, and the host agent of Azure
  "168.63.129.16",
].flatMap(addresses);

export const SPECIAL_IPV6: readonly string[] = [
  ":: ::1 ::2 100::1 100:0:0:1::1 5f00::1",
  // Unique-local (among them metadata of AWS and Google Cloud), link-local, site-local, multicast
  "fc00::1 fd00::1 fdff:ffff::1 fd00:ec2::254 fd20:ce::254",
  "fe80::1 febf::1 fe80::a9fe:a9fe fec0::1 ff00::1 ff02::1 ff0e::1",
  // Documentation, benchmarking, ORCHID, protocol assignments
  "2001:db8::1 3fff::1 2001:2::1 2001:10::1 2001:20::1 2001:1ff::1",
  // Never allocated
  "4000::1 8000::1 f000::1 1fff::1",
  // A zone makes it link-local on one interface
  "fe80::1%eth0 fe80::1%1 ::1%lo",
].flatMap(addresses);

export const PUBLIC_IPV4: readonly string[] = [
  "1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255",
  "128.0.0.0 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.0 192.167.255.255",
  "192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255",
].flatMap(addresses);

export const PUBLIC_IPV6: readonly string[] = [
  "2001:200::1",
  "2600::1",
  "2606:4700:4700::1111",
  "2a00:1450::1",
];

function hex(high: number, low: number): string {
  return ((high << 8) | low).toString(16);
}

/** Every way to embed an IPv4 address in an IPv6 address. */
export function embeddingsOf(ipv4: string): string[] {
  const [a = 0, b = 0, c = 0, d = 0] = ipv4.split(".").map(Number);
  const tail = `${hex(a, b)}:${hex(c, d)}`;
  const inverted = `${hex(a ^ 255, b ^ 255)}:${hex(c ^ 255, d ^ 255)}`;
  return [
    // Mapped (RFC 4291), in both spellings and in full
    `::ffff:${ipv4}`,
    `::ffff:${tail}`,
    `0:0:0:0:0:ffff:${tail}`,
    `::FFFF:${tail}`,
    // Compatible (RFC 4291, deprecated)
    `::${ipv4}`,
    `0:0:0:0:0:0:${tail}`,
    // NAT64 (RFC 6052, RFC 8215) and SIIT (RFC 2765)
    `64:ff9b::${ipv4}`,
    `64:ff9b::${tail}`,
    `64:ff9b:1::${tail}`,
    `64:ff9b:1:abcd::${tail}`,
    `::ffff:0:${tail}`,
    // 6to4 (RFC 3056)
    `2002:${tail}::`,
    `2002:${tail}::1`,
    `2002:${tail}:1234:5678:9abc:def0:1`,
    // Teredo (RFC 4380): the server, and the client with its bits inverted
    `2001:0:${tail}::1`,
    `2001:0:808:808:0:0:${inverted}`,
    // ISATAP (RFC 5214) behind link-local and public networks
    `fe80::5efe:${tail}`,
    `2600:1:2:3:0:5efe:${tail}`,
    `2600:1:2:3:200:5efe:${tail}`,
  ];
}
