import { describe, expect, it } from "vitest";
import { mayConnect } from "./openSocket.ts";

const usual = { secure: true, allowLoopback: false, allowPrivate: false, plainHttp: false };
const own = { ...usual, allowLoopback: true, allowPrivate: true };
const plain = { ...own, secure: false };

describe("mayConnect", () => {
  it.each([
    ["8.8.8.8", usual, true],
    ["127.0.0.1", usual, false],
    ["192.168.1.2", usual, false],
    ["8.8.8.8", { ...usual, secure: false }, false],
    ["8.8.8.8", own, true],
    ["127.0.0.1", own, true],
    ["192.168.1.2", own, true],
    ["169.254.169.254", own, false],
    ["192.168.1.2", plain, true],
    ["::1", plain, true],
    ["8.8.8.8", plain, false],
    ["8.8.8.8", { ...plain, plainHttp: true }, true],
    ["169.254.169.254", { ...plain, plainHttp: true }, false],
  ] as const)("%s of %j: %s", (address, target, allowed) => {
    expect(mayConnect(address, target)).toBe(allowed);
  });
});
