import { describe, expect, it } from "vitest";
import { classifyAddress, isLoopbackHost, isLoopbackUrl, isOwnNetwork } from "./addressRules.ts";

describe("classifyAddress", () => {
  it.each([
    ["93.184.216.34", "public"],
    ["2606:2800:220:1::1", "public"],
    ["64:ff9b::5db8:d822", "public"],
    ["127.0.0.1", "loopback"],
    ["127.255.0.9", "loopback"],
    ["::1", "loopback"],
    ["::ffff:127.0.0.1", "loopback"],
    ["::ffff:7f00:1", "loopback"],
    ["::127.0.0.1", "loopback"],
    ["64:ff9b::127.0.0.1", "loopback"],
    ["0.0.0.0", "private"],
    ["::", "private"],
    ["10.1.2.3", "private"],
    ["100.64.0.1", "private"],
    ["169.254.169.254", "private"],
    ["172.16.0.1", "private"],
    ["172.32.0.1", "public"],
    ["192.168.1.1", "private"],
    ["224.0.0.1", "private"],
    ["255.255.255.255", "private"],
    ["::ffff:192.168.1.1", "private"],
    ["64:ff9b::a9fe:a9fe", "private"],
    ["2002:7f00:1::", "private"],
    ["fd00::1", "private"],
    ["fe80::1%eth0", "private"],
    ["ff02::1", "private"],
    ["example.org", "private"],
    ["", "private"],
  ])("%s is %s", (address, kind) => {
    expect(classifyAddress(address)).toBe(kind);
  });
});

describe("isLoopbackHost", () => {
  it.each(["localhost", "LOCALHOST", "models.localhost", "127.0.0.1", "::1"])("%s", (host) => {
    expect(isLoopbackHost(host)).toBe(true);
  });
  it.each(["localhost.evil.test", "evil.test", "127.0.0.1.evil.test", "0.0.0.0"])(
    "not %s",
    (host) => {
      expect(isLoopbackHost(host)).toBe(false);
    },
  );
  it("reads numeric spellings as the URL parser does", () => {
    expect(isLoopbackUrl("http://2130706433/")).toBe(true);
    expect(isLoopbackUrl("http://0x7f.1/")).toBe(true);
    expect(isLoopbackUrl("http://[::1]:8080/")).toBe(true);
    expect(isLoopbackUrl("not an address")).toBe(false);
  });
});

describe("isOwnNetwork", () => {
  it.each(["10.1.2.3", "172.20.0.1", "192.168.1.9", "100.101.1.1", "fd00::1", "::ffff:10.0.0.1"])(
    "%s",
    (address) => {
      expect(isOwnNetwork(address)).toBe(true);
    },
  );
  it.each([
    "169.254.169.254",
    "fe80::1",
    "8.8.8.8",
    "0.0.0.0",
    "::",
    "::ffff:169.254.169.254",
    "x",
  ])("not %s", (address) => {
    expect(isOwnNetwork(address)).toBe(false);
  });
});
