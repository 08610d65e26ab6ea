import { createServer } from 'node:net';
import { PORT_VARIABLES } from './stack.config.js';
import type { PortName, Ports } from './stack.config.js';
import { StackError } from './stack.error.js';

/** A port that a process of the stack is about to listen on. */
export interface WantedPort {
  readonly name: PortName;
  readonly process: string;
  readonly host: string;
  readonly port: number;
}

const MANY = 4;

/** Throws StackError, one line per port that cannot be listened on, before anything is started. */
export async function checkPorts(wanted: readonly WantedPort[]): Promise<void> {
  const checks = await Promise.all(wanted.map(async (want) => ({ want, error: await getListenError(want) })));
  const taken = checks.filter(({ error }) => error === 'EADDRINUSE').map(({ want }) => want);
  if (taken.length >= MANY)
    throw new StackError(
      `Ports ${taken.map(({ port }) => port).join(', ')} are taken: most likely another stack is running. Stop it, or set ${taken.map(({ name }) => PORT_VARIABLES[name]).join(', ')} to other ports.`,
    );
  const lines = new Set(checks.flatMap(({ want, error }) => explain(want, error) ?? []));
  if (lines.size > 0) throw new StackError([...lines].join('\n'));
}

/** True when no process listens on the port. */
export async function isFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return (await getListenError({ host, port })) === undefined;
}

const FIRST_BLOCK = 15_000;
const BLOCK = 32;
const BLOCKS = 500;
let next = (process.pid * 7) % BLOCKS;

/**
 * Ports for a stack of its own. They lie below the range that operating systems hand out for outgoing connections, and
 * test workers start from blocks far apart, because a port is free only until another process takes it.
 */
export async function findFreePorts(): Promise<Ports> {
  for (let tries = 0; tries < BLOCKS; tries++) {
    next = (next + 1) % BLOCKS;
    const first = FIRST_BLOCK + next * BLOCK;
    const names = Object.keys(PORT_VARIABLES);
    const free = await Promise.all(names.map((_, index) => isFree(first + index)));
    // The names are the keys of PORT_VARIABLES, so every port is there.
    if (free.every(Boolean)) return Object.fromEntries(names.map((name, index) => [name, first + index])) as Ports;
  }
  throw new StackError('No free ports were found between 15000 and 31000.');
}

function getListenError({ host, port }: { readonly host: string; readonly port: number }): Promise<string | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(undefined)));
  });
}

function explain({ name, process, host, port }: WantedPort, error: string | undefined): string | undefined {
  const variable = PORT_VARIABLES[name];
  if (error === undefined) return undefined;
  if (error === 'EADDRINUSE')
    return `Port ${port} is taken, and ${process} needs it: stop what listens there, or set ${variable} to another port.`;
  if (error === 'EACCES') return `Port ${port} may not be used by this user: set ${variable} to one above 1023.`;
  if (error === 'EADDRNOTAVAIL' || error === 'ENOTFOUND' || error === 'EAI_AGAIN')
    return `HOST="${host}" is wrong: an address of this machine is expected.`;
  return `${process} cannot listen on ${host}:${port} (${error}): set HOST or ${variable}.`;
}
