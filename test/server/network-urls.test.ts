import assert from "node:assert/strict";
import type { NetworkInterfaceInfo } from "node:os";
import { test } from "node:test";
import { networkUrls } from "../../src/server/network-urls.js";

const at = (family: "IPv4" | "IPv6", address: string, internal = false) => ({ family, address, internal }) as NetworkInterfaceInfo;
const INTERFACES = {
  lo: [at("IPv4", "127.0.0.1", true), at("IPv6", "::1", true)], eth0: [at("IPv6", "fe80::1"), at("IPv6", "2001:db8::7"), at("IPv4", "192.0.2.7")],
};

test("an address that a phone can open: of this machine where it listens on all, the one it listens on elsewhere, none on loopback", () => {
  const urls = (host: string, loopback = false) => networkUrls(host, loopback, (name) => `http://${name}:7860/`, INTERFACES);
  assert.deepEqual(urls("0.0.0.0"), ["http://192.0.2.7:7860/"]);
  assert.deepEqual(urls("::"), ["http://192.0.2.7:7860/", "http://[2001:db8::7]:7860/"]);
  assert.deepEqual(urls("192.0.2.9"), ["http://192.0.2.9:7860/"]);
  assert.deepEqual(urls("127.0.0.1", true), []);
});
