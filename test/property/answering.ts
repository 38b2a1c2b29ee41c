import { Agent, type IncomingMessage, request } from 'node:http';
import type { RequestHandler } from 'express';
import { asyncHandler, breakwater } from '../../src/index.ts';
import { captureLogs, type LogLine } from '../../src/testing/index.ts';
import type { expressMajors } from '../support/express.ts';
import { serve } from '../support/sockets.ts';

/** An answer, byte by byte. */
export interface Answer {
  readonly status: number;
  readonly head: string;
  readonly type: string | undefined;
  readonly length: number;
  readonly bytes: Buffer;
  /** Lines of the log that tell of the failure. */
  readonly failures: readonly LogLine[];
  /** Those lines as they are. */
  readonly logged: string;
}

/** How something comes to be thrown. */
export const WAYS = ['sync', 'rejection', 'next'] as const;
export type Way = (typeof WAYS)[number];

// Express itself takes these for no error when they are handed to next().
const isControlFlow = (value: unknown): boolean => !value || value === 'route' || value === 'router';

type Sent = Omit<Answer, 'failures' | 'logged'>;

const read = (port: number, agent: Agent): Promise<Sent> =>
  new Promise((resolve, reject) => {
    const onAnswer = async (answer: IncomingMessage): Promise<void> => {
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk);
      const bytes = Buffer.concat(chunks);
      const type = answer.headers['content-type'];
      const head = answer.rawHeaders.join('\n');
      resolve({
        status: answer.statusCode ?? 0,
        head,
        type,
        length: Number(answer.headers['content-length']),
        bytes,
      });
    };
    const sent = request({ port, host: '127.0.0.1', agent, path: '/thrown' }, (answer) => {
      onAnswer(answer).catch(reject);
    });
    sent.once('error', reject).end();
  });

/** One app with the whole suite, on one server and one connection; `answerTo` has it throw something. */
export const withApp = async (
  { express }: (typeof expressMajors)[number],
  work: (answerTo: (thrown: unknown, way: Way) => Promise<Answer>) => Promise<void>,
): Promise<void> => {
  let current: { thrown: unknown; way: Way } = { thrown: undefined, way: 'sync' };
  const logs = captureLogs();
  const { before, after, close } = breakwater({ service: 'thrown', log: { stream: logs.stream } });
  const app = express();
  const handlers: Record<Way, RequestHandler> = {
    sync: asyncHandler(() => {
      throw current.thrown;
    }),
    rejection: asyncHandler(async () => {
      throw current.thrown;
    }),
    next: (_req, _res, next) => next(current.thrown),
  };
  app.use(before);
  app.get('/thrown', (req, res, next) => {
    const way = current.way === 'next' && isControlFlow(current.thrown) ? 'sync' : current.way;
    return handlers[way](req, res, next);
  });
  app.use(after);
  const served = await serve(app);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    await work(async (thrown, way) => {
      logs.clear();
      current = { thrown, way };
      const sent = await read(served.port, agent);
      // Written before the answer is; the access line of this or of the last one may come at any time.
      const failures = logs.lines.filter(({ event }) => event === 'http.server.request.exception');
      return { ...sent, failures, logged: JSON.stringify(failures) };
    });
  } finally {
    agent.destroy();
    await served.close();
    await close();
  }
};
