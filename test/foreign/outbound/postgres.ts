import { Client } from 'pg';
import { SECRET, tcpServer, thrownBy } from './support.ts';

const field = (kind: string, text: string): Buffer => Buffer.from(`${kind}${text}\0`);
const frame = (kind: string, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(kind), length, body]);
};

const READY = frame('Z', Buffer.from('I'));

/** What pg throws when a backend answers a query with this SQLSTATE. */
export const postgresError = async (code: string, extra: readonly Buffer[] = []): Promise<unknown> => {
  const { port, server } = await tcpServer((socket) => {
    socket.once('data', () => {
      socket.write(Buffer.concat([frame('R', Buffer.alloc(4)), READY]));
      socket.on('data', () => {
        if (code === 'broken') {
          socket.destroy();
          return;
        }
        const parts = [
          field('S', 'ERROR'),
          field('C', code),
          field('M', 'refused'),
          field('D', `Key (email)=(${SECRET})`),
        ];
        socket.write(Buffer.concat([frame('E', ...parts, ...extra, Buffer.from([0])), READY]));
      });
    });
  });
  const client = new Client({ host: '127.0.0.1', port, user: 'u', password: SECRET, ssl: false });
  client.on('error', () => undefined);
  await client.connect();
  const error = await thrownBy(() => client.query(`insert into users values ('${SECRET}')`));
  if (code !== 'broken') await client.end();
  server.close();
  return error;
};
