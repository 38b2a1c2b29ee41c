import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import request from 'supertest';
import type { BreakwaterOptions } from '../../../src/index.ts';
import { breakwater } from '../../../src/suite/index.ts';
import { captureLogs } from '../../../src/testing/index.ts';
import { expressMajors } from '../../support/express.ts';
import { serve } from '../../support/sockets.ts';

/** Stands wherever something private can stand: queries, credentials, cookies, bodies, SQL. */
export const SECRET = 'zq7-4f9a1c';

/** What a client of the app got, and whether the secret got out. */
export interface Seen {
  readonly major: string;
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly retryAfter: string | undefined;
  readonly leaks: readonly string[];
}

/** Throws `error` through a real app of each major with the default log, and says what came out. */
export const answersTo = async (
  error: unknown,
  problem?: BreakwaterOptions['problem'],
): Promise<readonly Seen[]> => {
  const seen: Seen[] = [];
  for (const { major, express } of expressMajors) {
    const logs = captureLogs();
    const { before, after, close } = breakwater({ service: 'orders', problem, log: { stream: logs.stream } });
    const app = express();
    app.use(before);
    app.get('/', (_req, _res, next) => next(error));
    app.use(after);
    const answer = await request(app).get('/');
    await close();
    const sent = answer.text + JSON.stringify(answer.headers);
    seen.push({
      major,
      status: answer.status,
      body: answer.body,
      retryAfter: answer.headers['retry-after'],
      leaks: [
        ...(sent.includes(SECRET) || 'set-cookie' in answer.headers ? ['answer'] : []),
        ...(logs.text.includes(SECRET) ? ['log'] : []),
        ...(logs.lines.length === 0 ? ['no line'] : []),
      ],
    });
  }
  return seen;
};

/** The same in few words, once per major: `503 circuit-open retry 1`. */
export const told = async (
  error: unknown,
  problem?: BreakwaterOptions['problem'],
): Promise<readonly string[]> =>
  (await answersTo(error, problem)).map(({ status, body, retryAfter, leaks }) =>
    [
      status,
      body.code,
      ...(retryAfter === undefined ? [] : [`retry ${retryAfter}`]),
      ...(body.retryable === true ? ['retryable'] : []),
      ...leaks.map((to) => `LEAK: ${to}`),
    ].join(' '),
  );

/** What `told` says when both majors give the same answer. */
export const both = (words: string): readonly string[] => [words, words];

/** What `work` throws or rejects with. */
export const thrownBy = async (work: () => unknown): Promise<unknown> => {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown');
};

/** A server that answers the status its path starts with, resets on /reset, and never answers /hang. */
export const sickServer = () =>
  serve((req, res) => {
    const path = req.url ?? '';
    if (path.includes('/hang')) return;
    if (path.includes('/reset')) {
      req.socket.resetAndDestroy();
      return;
    }
    const status = Number(/\/(\d{3})/.exec(path)?.[1] ?? 500);
    res.writeHead(status, {
      'Content-Type': 'application/json',
      'Set-Cookie': `id=${SECRET}`,
      'Retry-After': '7',
    });
    const rest = { message: 'Nope', type: 'sick', secret: SECRET };
    res.end(path.includes('/text') ? `<${SECRET}` : JSON.stringify({ ...rest, error: rest }));
  });

/** A server on the loopback that hands every connection to `talk`. */
export const tcpServer = async (
  talk: (socket: Socket) => void,
): Promise<{ port: number; server: Server }> => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    talk(socket);
  });
  server.unref().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { server, port: typeof address === 'object' && address !== null ? address.port : 0 };
};

/** A port that refuses connections. */
export const refusedPort = async (): Promise<number> => {
  const { port, server } = await tcpServer(() => undefined);
  server.close();
  await once(server, 'close');
  return port;
};
