import net from "node:net";

/** Where an address leads. Only `public` is the internet; the rest is this computer or its networks. */
export type AddressKind = "public" | "loopback" | "private";

const loopback = new net.BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** Ranges that no download can honestly live in: private, link-local, carrier, test, multicast. */
const special = new net.BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const) {
  special.addSubnet(network, prefix, "ipv4");
}
for (const [network, prefix] of [
  ["::", 128],
  ["100::", 64],
  ["2001::", 32],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["fc00::", 7],
  ["fe80::", 10],
  ["fec0::", 10],
  ["ff00::", 8],
] as const) {
  special.addSubnet(network, prefix, "ipv6");
}

/** Networks that people run themselves: home, office, and overlays such as Tailscale. */
const ownNetworks = new net.BlockList();
ownNetworks.addSubnet("10.0.0.0", 8, "ipv4");
ownNetworks.addSubnet("100.64.0.0", 10, "ipv4");
ownNetworks.addSubnet("172.16.0.0", 12, "ipv4");
ownNetworks.addSubnet("192.168.0.0", 16, "ipv4");
ownNetworks.addSubnet("fc00::", 7, "ipv6");

/**
 * True for an address of a network that people run themselves. Not so for link-local addresses: there
 * clouds keep the credentials of their machines.
 */
export function isOwnNetwork(address: string): boolean {
  const bare = address.replace(/%.*$/u, "");
  const family = net.isIP(bare);
  if (family === 0) return false;
  if (family === 4) return ownNetworks.check(bare, "ipv4");
  const embedded = embeddedIpv4(bare);
  return embedded === null ? ownNetworks.check(bare, "ipv6") : ownNetworks.check(embedded, "ipv4");
}

/** Kind of an IP address in text form. Anything that is not an IP address counts as `private`. */
export function classifyAddress(address: string): AddressKind {
  const bare = address.replace(/%.*$/u, "");
  const family = net.isIP(bare);
  if (family === 0) return "private";
  if (family === 4) return classifyWith(bare, "ipv4");
  const embedded = embeddedIpv4(bare);
  return embedded === null ? classifyWith(bare, "ipv6") : classifyWith(embedded, "ipv4");
}

function classifyWith(address: string, family: "ipv4" | "ipv6"): AddressKind {
  if (loopback.check(address, family)) return "loopback";
  return special.check(address, family) ? "private" : "public";
}

/**
 * The IPv4 address inside an IPv4-mapped (::ffff:a.b.c.d), IPv4-compatible (::a.b.c.d) or NAT64
 * (64:ff9b::a.b.c.d) address: the network delivers those to the IPv4 host, so that one is judged.
 */
function embeddedIpv4(address: string): string | null {
  const groups = ipv6Groups(address);
  const high = groups.slice(0, 6).join(":");
  const isMapped = high === "0:0:0:0:0:65535";
  const isNat64 = high === [0x64, 0xff9b, 0, 0, 0, 0].join(":");
  const low = (groups[6] ?? 0) * 65_536 + (groups[7] ?? 0);
  const isCompatible = high === "0:0:0:0:0:0" && low > 1;
  if (!isMapped && !isNat64 && !isCompatible) return null;
  return [24, 16, 8, 0].map((shift) => Math.floor(low / 2 ** shift) % 256).join(".");
}

/** Eight numbers of a valid IPv6 address. The URL parser does the canonical form. */
function ipv6Groups(address: string): number[] {
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [head = "", tail] = canonical.split("::");
  const parse = (part: string): number[] =>
    part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16));
  const left = parse(head);
  if (tail === undefined) return left;
  const right = parse(tail);
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => 0);
  return [...left, ...zeros, ...right];
}

/** The host of a URL without the brackets of IPv6. */
export function bareHost(url: URL): string {
  return url.hostname.startsWith("[") ? url.hostname.slice(1, -1) : url.hostname;
}

/** True for localhost, *.localhost, 127.0.0.0/8 and ::1: names that never leave this computer. */
export function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase();
  if (name === "localhost" || name.endsWith(".localhost")) return true;
  return net.isIP(name) !== 0 && classifyAddress(name) === "loopback";
}

/** True if the text is a URL whose host is this computer. */
export function isLoopbackUrl(text: string): boolean {
  return URL.canParse(text) && isLoopbackHost(bareHost(new URL(text)));
}
