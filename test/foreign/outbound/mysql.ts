import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import { type Connection, createServer } from 'mysql2';
import { createConnection } from 'mysql2/promise';
import { SECRET, thrownBy } from './support.ts';

type ServerConnection = Connection & { stream: Socket; serverHandshake(options: object): void };

const SQL = `insert into users values ('${SECRET}')`;

/** A server of mysql2's own that answers every query with this error. */
export const mysqlServer = async (code: number, message = 'refused') => {
  // Its types ask for a handler, which is the listener of `connection`.
  const server = createServer((given) => {
    // What the server hands over has more than the public type of a connection says.
    const connection = given as ServerConnection;
    connection.on('error', () => undefined);
    connection.serverHandshake({
      protocolVersion: 4,
      serverVersion: '8.4.0',
      connectionId: 1,
      statusFlags: 2,
      characterSet: 8,
      capabilityFlags: 0xff_ff_ff,
    });
    // Packets are numbered anew from each query on, which the server of mysql2 leaves to its user.
    connection.stream.prependListener('data', (bytes: Buffer) => {
      if (bytes[3] === 0) Reflect.set(connection, 'sequenceId', 0);
    });
    connection.on('query', () => {
      Reflect.apply(Reflect.get(connection, 'writeError'), connection, [{ message, code }]);
    });
  });
  server.listen(0);
  // The net.Server that it wraps; nothing public tells the port.
  const inner = Reflect.get(server, '_server') as Server;
  await once(inner, 'listening');
  const address = inner.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const target = { host: '127.0.0.1', port, user: 'u' };
  return {
    failure: async (): Promise<unknown> => {
      const connection = await createConnection(target);
      const error = await thrownBy(() => connection.query(SQL));
      connection.destroy();
      return error;
    },
    close: async (): Promise<void> => {
      inner.close();
      await once(inner, 'close');
    },
  };
};
