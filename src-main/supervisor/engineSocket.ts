import { connect, type Socket } from "node:net";

/** How long a socket may take to accept. A local one accepts at once or never. */
const connectTimeoutMs = 3000;

/** Connects to an engine's socket. Resolves to undefined where nobody listens. */
export function connectSocket(address: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(address);
    const fail = (): void => {
      socket.destroy();
      resolve(undefined);
    };
    socket.setTimeout(connectTimeoutMs, fail);
    socket.once("error", fail);
    socket.once("connect", () => {
      socket.setTimeout(0);
      socket.removeListener("error", fail);
      // Between now and the next owner an error must not go unheard; "close" follows it.
      socket.on("error", () => {});
      resolve(socket);
    });
  });
}

/** Whether somebody listens there. */
export async function answersAt(address: string): Promise<boolean> {
  const socket = await connectSocket(address);
  socket?.destroy();
  return socket !== undefined;
}
