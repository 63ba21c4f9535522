import { isIPv6 } from "node:net";
import { networkInterfaces, type NetworkInterfaceInfo } from "node:os";

/**
 * The URLs by which other machines reach a server that listens on `host`, the likeliest first: addresses of this machine where it listens
 * on all of them, IPv4 first; none where it listens on this machine alone.
 *
 * @param urlOf makes a URL of a host name or address, IPv6 in brackets
 */
export function networkUrls(host: string, loopback: boolean, urlOf: (host: string) => string, interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces()): string[] {
  if (loopback) return [];
  const all = host === "::", addresses = host === "0.0.0.0" || all
    ? Object.values(interfaces).flatMap((list) => list ?? []).filter(({ internal, family, address }) => !internal && (family === "IPv4" || (all && !address.startsWith("fe80:"))))
      .sort((a, b) => Number(a.family === "IPv6") - Number(b.family === "IPv6")).map(({ address }) => address)
    : [host];
  return addresses.map((address) => urlOf(isIPv6(address) ? `[${address}]` : address));
}
