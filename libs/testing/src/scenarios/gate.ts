import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A TCP proxy before a server, which cuts or stalls every connection on command. */
export interface Gate {
  /** The server's URL, through the gate. */
  readonly url: string;
  /** `cut`: connections break, and new ones are refused. `hang`: they stay, and nothing passes. */
  shut(how: 'cut' | 'hang'): void;
  open(): void;
  close(): Promise<void>;
}

/** Port 0 takes a free one. */
export async function startGate(serverUrl: string, gatePort = 0): Promise<Gate> {
  const { hostname, port } = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let shut: 'cut' | 'hang' | undefined;
  const track = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    return socket.once('close', () => sockets.delete(socket));
  };
  const gate = createServer((near) => {
    if (shut === 'cut') return near.destroy();
    const far = track(connect(Number(port), hostname));
    track(near).pipe(far).pipe(near);
    near.once('close', () => far.destroy());
    far.once('close', () => near.destroy());
    if (shut === 'hang') near.pause();
    return undefined;
  });
  await new Promise<void>((resolve) => gate.listen(gatePort, '127.0.0.1', resolve));
  const url = new URL(serverUrl);
  url.port = String((gate.address() as AddressInfo).port);
  return {
    url: url.href,
    shut(how) {
      shut = how;
      for (const socket of sockets)
        if (how === 'cut') socket.destroy();
        else socket.pause();
    },
    open() {
      shut = undefined;
      for (const socket of sockets) socket.resume();
    },
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => {
        gate.close(() => {
          resolve();
        });
      });
    },
  };
}
