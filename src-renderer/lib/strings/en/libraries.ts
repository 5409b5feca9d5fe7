/** Libraries for graphics devices: what is here, what can be added, and how. */
export const libraries = {
  reading: "Looking which libraries are here…",
  none: "There are no further ones for this kind of computer; Hearth came with what there is.",
  list: "Graphics libraries",
  names: { cuda: "CUDA", vulkan: "Vulkan", metal: "Metal", cpu: "Processor" },
  devices: {
    cuda: "an NVIDIA graphics device",
    vulkan: "a graphics device with a Vulkan driver",
    metal: "a graphics device",
    cpu: "a processor",
  },
  needs: {
    cuda: "For NVIDIA. Needs its driver and the runtime of CUDA 13 (cudart and cuBLAS), which it does not bring.",
    vulkan: "For AMD, Intel and NVIDIA. Needs the driver alone.",
    metal: "For Apple's own graphics.",
    cpu: "",
  },
  lacks: (device: string, bytes: string) =>
    `There is ${device}, but Hearth lacks its library (${bytes} to fetch). Get it under “Graphics libraries”.`,
  shipped: "came with Hearth",
  unverifiable:
    "cannot be added: nobody could check its content when this Hearth was made, and unchecked code is not run",
  added: (disk: string) => `added, ${disk}`,
  sizes: (download: string, disk: string) => `${download} to fetch, ${disk} on the disk`,
  driver: "a driver is here",
  noDriver: "no driver was found",
  get: (bytes: string) => `Get ${bytes}`,
  getNamed: (title: string, bytes: string) => `Get ${bytes}: ${title} library`,
  file: "From a file…",
  fileNamed: (title: string) => `From a file…: ${title} library`,
  remove: "Remove",
  removeNamed: (title: string) => `Remove the ${title} library`,
  stages: {
    downloading: (name: string) => `Fetching ${name}`,
    verifying: (name: string) => `Checking the content of ${name}`,
    unpacking: (name: string) => `Unpacking ${name}`,
  },
  stopping: "Stopping…",
  installed: (name: string) => `${name} is in place. Models use it when they are loaded next.`,
  removeTitle: (title: string) => `Remove the ${title} library?`,
  removeText:
    "Models that are loaded go on; the next ones run on the processor or with another library. It can be added again.",
  removeConfirm: "Remove library",
  removed: (name: string, bytes: string) => `${name} is removed, ${bytes} freed.`,
  registry: "Package registry",
  registryPlaceholder: "https://…",
  registryHint:
    "Where libraries are fetched from, when you ask for one. It is the address that your npm uses; Hearth comes with none.",
  registryEnvironment:
    "Libraries are fetched from there when you ask for one. The environment of Hearth names it; an address of your own goes before.",
  noRegistry:
    "Without an address, run this where npm and a network are, and add the library from the file that it makes:",
  copyCommand: "Copy the command",
  fileDialog: {
    title: (name: string) => `Add the ${name} library from a file`,
    description:
      "Its content is checked before anything of it is used. On a computer with npm and a network this makes the file:",
    path: "File",
    pathHint: "Full path of the file on the computer where Hearth runs.",
    notFull: "Give the full path, from the root of the disk on.",
    choose: "Choose…",
    confirm: "Add library",
    installing: "Adding…",
  },
} as const;
