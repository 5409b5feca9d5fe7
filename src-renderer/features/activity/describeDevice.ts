/** A device as people write it: "CPU", "Vulkan0" and names of cards as they are. */
export function describeDevice(device: string): string {
  return /^(?:cpu|gpu)$/iu.test(device) ? device.toUpperCase() : device;
}
