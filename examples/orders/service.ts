import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCatalog } from './catalog.ts';
import type { Mode } from './faults.ts';
import { createOrders } from './orders.ts';
import { createUsers } from './users.ts';

/** What the process that started this one may say. */
export type Command = { readonly mode: Mode };

/** What this process answers: where it listens, or that it took on a mode. */
export type Reply = { readonly port: number } | { readonly mode: Mode };

const [name, catalogUrl = '', usersUrl = '', staleText] = process.argv.slice(2);
let mode: Mode = 'healthy';

const appOf = (service: string | undefined) => {
  if (service === 'catalog') return createCatalog(() => mode);
  if (service === 'users') return createUsers(() => mode);
  if (service !== 'orders') throw new RangeError('service.ts: the name must be orders, catalog or users');
  const staleIfErrorMs = staleText === undefined ? undefined : Number(staleText);
  // Debug, so that each call to a dependency has a line of its own.
  return createOrders({ catalogUrl, usersUrl, staleIfErrorMs, logger: { level: 'debug' } }).app;
};

const app = appOf(name);
let server = createServer(app);
// Any free port at first, the same one after it was down.
let port = 0;

const tell = (reply: Reply): void => {
  process.send?.(reply);
};

const listen = (): Promise<void> =>
  new Promise((resolve, reject) => {
    server = createServer(app);
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      port = (server.address() as AddressInfo).port;
      resolve();
    });
  });

/** Really down: nobody listens, and open connections break. */
const stop = (): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

const enter = async (next: Mode): Promise<void> => {
  const previous = mode;
  mode = next;
  if (next === 'down' && previous !== 'down') await stop();
  if (next !== 'down' && previous === 'down') await listen();
};

process.on('message', (command: Command) => {
  enter(command.mode).then(
    () => tell({ mode: command.mode }),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
// The demo is over, however it ended.
process.on('disconnect', () => process.exit(0));

listen().then(
  () => tell({ port }),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
