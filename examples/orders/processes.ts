import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Mode } from './faults.ts';
import type { Command, Reply } from './service.ts';

/** One line of a service's log. */
export type LogLine = Readonly<Record<string, unknown>>;

/** A service in a process of its own. */
export interface Service {
  readonly name: string;
  readonly url: string;
  /** Every log line so far, in order; none where somebody else takes them. */
  readonly lines: readonly LogLine[];
  /** Changes how the service behaves; resolves when it does. */
  enter(mode: Mode): Promise<void>;
  /** Ends the process; resolves when its last log line was read. */
  stop(): Promise<void>;
}

const nextReply = async (name: string, child: ChildProcess): Promise<Reply> => {
  const gone = new AbortController();
  const exited = once(child, 'exit', { signal: gone.signal }).then(([code]) => {
    throw new Error(`The ${name} service ended with exit code ${String(code)}`);
  });
  const replied = once(child, 'message', { signal: gone.signal }).then(([reply]) => reply as Reply);
  try {
    return await Promise.race([exited, replied]);
  } finally {
    // The loser of the race stops listening; its AbortError is nobody's concern.
    exited.catch(() => undefined);
    replied.catch(() => undefined);
    gone.abort();
  }
};

const readLines = (child: ChildProcess, onLine: (line: LogLine) => void): Promise<unknown> => {
  if (child.stdout === null) throw new Error('The service has no standard output');
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => {
    // Whatever is no log line is shown, not lost.
    if (line.startsWith('{')) onLine(JSON.parse(line) as LogLine);
    else console.log(line);
  });
  return once(reader, 'close');
};

/** Starts `service.ts` for one service and waits until it listens. */
const startService = async (
  name: string,
  args: readonly string[],
  onLine?: (line: LogLine) => void,
): Promise<Service> => {
  const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'service.ts'), name, ...args], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const lines: LogLine[] = [];
  const allRead = readLines(child, onLine ?? ((line) => lines.push(line)));
  const started = await nextReply(name, child);
  if (!('port' in started)) throw new Error(`The ${name} service did not say where it listens`);
  return {
    name,
    url: `http://127.0.0.1:${started.port}`,
    lines,
    enter: async (mode) => {
      const reply = nextReply(name, child);
      child.send({ mode } satisfies Command);
      await reply;
    },
    stop: async () => {
      if (child.connected) child.disconnect();
      await allRead;
    },
  };
};

/** The three services of the demo, wired together. */
export interface Services {
  readonly orders: Service;
  readonly catalog: Service;
  readonly users: Service;
  stop(): Promise<void>;
}

/**
 * Starts catalog and users, then orders, which calls both.
 *
 * @param staleIfErrorMs how long the last good profile may stand in
 * @param onLine takes the log lines, which are collected otherwise
 */
export const startServices = async (
  staleIfErrorMs: number,
  onLine?: (line: LogLine) => void,
): Promise<Services> => {
  const [catalog, users] = await Promise.all([
    startService('catalog', [], onLine),
    startService('users', [], onLine),
  ]);
  const orders = await startService('orders', [catalog.url, users.url, String(staleIfErrorMs)], onLine);
  return {
    orders,
    catalog,
    users,
    stop: async () => {
      // The caller first: it still talks to the other two.
      await orders.stop();
      await Promise.all([catalog.stop(), users.stop()]);
    },
  };
};
