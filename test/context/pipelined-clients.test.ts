import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { getContext, requestContext } from '../../src/context/index.ts';
import { expressMajors } from '../support/express.ts';
import { dial, serve } from '../support/sockets.ts';

const ask = (names: readonly string[]): string =>
  names.map((name) => `GET /${name} HTTP/1.1\r\nHost: a\r\n\r\n`).join('');

describe.each(expressMajors)('pipelined requests on $major', ({ express }) => {
  /** An app that answers nothing by itself and tells whose signals aborted. */
  const setUp = async (names: readonly string[], leaving = names) => {
    const app = express();
    const gone: string[] = [];
    const responses = new Map<string, ServerResponse>();
    const sockets = new Set<Socket>();
    let allCame = (): void => undefined;
    let allGone = (): void => undefined;
    const came = new Promise<void>((resolve) => {
      allCame = resolve;
    });
    const left = new Promise<void>((resolve) => {
      allGone = resolve;
    });
    app.use(requestContext());
    app.get('/:name', (req, res) => {
      const { name } = req.params;
      getContext().signal.addEventListener('abort', () => {
        gone.push(name);
        if (gone.length === leaving.length) allGone();
      });
      responses.set(name, res);
      sockets.add(req.socket);
      if (responses.size === names.length) allCame();
    });
    const served = await serve(app);
    const socket = await dial(served.port);
    socket.write(ask(names));
    await came;
    return { served, socket, gone, left, responses, serverSockets: [...sockets] };
  };

  it('all learn that their client left, those that wait for their turn too', async () => {
    const { served, socket, gone, left } = await setUp(['a', 'b', 'c']);

    socket.destroy();

    await left;
    await served.close();
    expect([...gone].sort()).toEqual(['a', 'b', 'c']);
  });

  it('learn it once each where some were answered and some got their turn', async () => {
    const { served, socket, gone, left, responses } = await setUp(['a', 'b', 'c'], ['b', 'c']);
    responses.get('a')?.end('done');
    await once(socket, 'data');

    socket.destroy();

    await left;
    await served.close();
    expect([...gone].sort()).toEqual(['b', 'c']);
  });

  it('share one listener of their socket, however many they are', async () => {
    const names = Array.from({ length: 50 }, (_each, index) => `r${index}`);
    const alone = await setUp(['only']);
    const many = await setUp(names);

    const counts = [alone, many].map(({ serverSockets }) =>
      serverSockets.map((socket) => socket.listenerCount('close')),
    );

    await Promise.all([alone, many].map(({ served }) => served.close()));
    const [[before = 0] = []] = counts;
    expect(counts).toEqual([[before], [before + 1]]);
  });
});

describe.each(expressMajors)('requests one after the other on $major', ({ express }) => {
  it('leave no listener on the connection they share', async () => {
    const counts: number[] = [];
    const signals: AbortSignal[] = [];
    const app = express();
    app.use(requestContext());
    app.get('/', (req: IncomingMessage, res: ServerResponse) => {
      signals.push(getContext().signal);
      counts.push(req.socket.listenerCount('close'));
      res.setHeader('Content-Length', 2);
      res.end('ok');
    });
    const served = await serve(app);
    const socket = await dial(served.port);

    for (let sent = 0; sent < 100; sent += 1) {
      socket.write(ask(['']));
      await once(socket, 'data');
    }

    socket.destroy();
    await served.close();
    expect(counts).toHaveLength(100);
    expect(new Set(counts).size).toBe(1);
    expect(signals.some(({ aborted }) => aborted)).toBe(false);
  });
});
