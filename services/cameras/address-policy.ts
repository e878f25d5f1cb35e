import { lookup } from "node:dns/promises";
import { networkInterfaces } from "node:os";
import ipaddr from "ipaddr.js";
import { GapError } from "./gap-error.ts";

/**
 * Where a camera may live. Cameras are private by nature, so the ranges are private networks unless the configuration names
 * others; this machine itself is never a camera, or a camera's address could be used to reach our own services.
 */
export interface AddressPolicy {
  /** Only for simulated cameras. */
  allowLoopback: boolean;
  /** CIDR blocks. */
  allowedSubnets: readonly string[];
}

/** RFC 1918, RFC 6598 (carrier-grade NAT, used by leased lines) and RFC 4193. */
export const privateSubnets: readonly string[] = [
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "fc00::/7",
];

/** Resolves the host once; the answer is what every later connection uses. Throws `refused-address` or `unreachable`. */
export async function pinAddress(host: string, policy: AddressPolicy): Promise<string> {
  const bare = host.replace(/^\[(.*)\]$/u, "$1");
  const address = ipaddr.isValid(bare) ? bare : await resolveHost(bare);
  const refusal = addressRefusal(address, policy, ownAddresses());
  if (refusal !== null) throw new GapError("refused-address", `${host}: ${refusal}`);
  return ipaddr.process(address).toString();
}

async function resolveHost(host: string): Promise<string> {
  try {
    return (await lookup(host)).address;
  } catch (error) {
    throw new GapError("unreachable", `${host}: name not found`, error);
  }
}

/** Why an address must not be contacted; null when it may. Pure: `own` are the addresses of this machine. */
export function addressRefusal(
  address: string,
  policy: AddressPolicy,
  own: ReadonlySet<string>,
): string | null {
  if (!ipaddr.isValid(address)) return "not an address";
  // 0x7f.1, 2130706433 and ::ffff:127.0.0.1 are all loopback.
  const parsed = ipaddr.process(address);
  if (parsed.range() === "loopback") return policy.allowLoopback ? null : "loopback";
  if (["unspecified", "multicast", "broadcast"].includes(parsed.range())) return parsed.range();
  if (parsed.toString() === "169.254.169.254") return "cloud metadata";
  if (own.has(parsed.toString())) return policy.allowLoopback ? null : "this machine";
  return policy.allowedSubnets.some((subnet) => inSubnet(parsed, subnet))
    ? null
    : "outside the camera networks";
}

function inSubnet(address: ipaddr.IPv4 | ipaddr.IPv6, subnet: string): boolean {
  const [network, bits] = ipaddr.parseCIDR(subnet);
  return network.kind() === address.kind() && address.match(network, bits);
}

function ownAddresses(): Set<string> {
  const all = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  return new Set(all.map((entry) => ipaddr.process(entry.address.replace(/%.*$/u, "")).toString()));
}

/** For a URL's authority: IPv6 in brackets. */
export function urlHost(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}
