import { EventEmitter, once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { finished } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { Request, Response } from 'express';
import request from 'supertest';
import {
  addContext,
  bindContext,
  contextOf,
  getContext,
  requestContext,
  runWithContext,
  tryGetContext,
} from '../../src/context/index.ts';
import { expressMajors } from '../support/express.ts';
import { requestRecord } from '../support/records.ts';
import { dial, exchange, serve } from '../support/sockets.ts';

const ambientId = (): string | undefined => tryGetContext()?.requestId;

const ask = (id: string, close = false): string =>
  `GET /${id} HTTP/1.1\r\nHost: a\r\nX-Request-ID: ${id}\r\n${close ? 'Connection: close\r\n' : ''}\r\n`;

describe.each(expressMajors)('listeners of a response on $major', ({ express }) => {
  /** An app that notes, in each way to listen for the end of an answer, whose request it is. */
  const noting = (answer: (req: Request, res: Response) => void) => {
    const own: string[] = [];
    const bound: string[] = [];
    const ambient: string[] = [];
    const app = express();
    app.use(requestContext());
    app.get('/:id', (req, res) => {
      const { id } = req.params;
      const note = (event: string): void => {
        own.push(`${id} ${event} ${contextOf(req)?.requestId}`);
        ambient.push(`${id} ${event} ${ambientId()}`);
      };
      for (const event of ['finish', 'close']) {
        res.on(event, () => note(event));
        res.on(
          event,
          bindContext(() => bound.push(`${id} ${event} ${ambientId()}`)),
        );
      }
      finished(res, () => note('finished'));
      answer(req, res);
    });
    return { app, own, bound, ambient };
  };

  const expected = (events: readonly string[], ...ids: readonly string[]): string[] =>
    ids.flatMap((id) => events.map((event) => `${id} ${event} ${id}`)).toSorted();

  it('know their own request by contextOf() and by bindContext() under pipelining', async () => {
    const held: Response[] = [];
    const { app, own, bound } = noting((_req, res) => {
      held.push(res);
      // Answered in the order of their coming, but all are there before the first is.
      if (held.length === 3) for (const each of held) each.end('x'.repeat(1_000));
    });
    const served = await serve(app);

    await exchange(served.port, ask('a') + ask('b') + ask('c', true));

    await served.close();
    expect(own.toSorted()).toEqual(expected(['close', 'finish', 'finished'], 'a', 'b', 'c'));
    expect(bound.toSorted()).toEqual(expected(['close', 'finish'], 'a', 'b', 'c'));
  });

  it('would be told of another request by the ambient context there', async () => {
    const held: Response[] = [];
    const { app, ambient } = noting((_req, res) => {
      held.push(res);
      if (held.length === 3) for (const each of held) each.end('x'.repeat(1_000));
    });
    const served = await serve(app);

    await exchange(served.port, ask('a') + ask('b') + ask('c', true));

    await served.close();
    expect(ambient.toSorted()).not.toEqual(expected(['close', 'finish', 'finished'], 'a', 'b', 'c'));
  });

  it('know it when the client leaves, where the ambient context is empty', async () => {
    const events = new EventEmitter();
    const { app, own, bound, ambient } = noting((_req, res) => {
      res.write('begun');
      res.once('close', () => setImmediate(() => events.emit('closed')));
    });
    const served = await serve(app);
    const socket = await dial(served.port);
    socket.write(ask('gone'));
    await once(socket, 'data');
    const closed = once(events, 'closed');

    socket.destroy();

    await closed;
    await served.close();
    expect(own).toContain('gone close gone');
    expect(bound).toEqual(['gone close gone']);
    expect(ambient).toContain('gone close undefined');
  });
});

describe.each(expressMajors)('listeners of a request body on $major', ({ express }) => {
  const read = async (listen: (req: Request, seen: (string | undefined)[]) => Promise<void>) => {
    const seen: (string | undefined)[] = [];
    const app = express();
    app.use(requestContext());
    app.post('/', (req, res, next) => {
      listen(req, seen).then(() => res.end(), next);
    });
    const served = await serve(app);
    const socket = await dial(served.port);
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nX-Request-ID: mine\r\nContent-Length: 4\r\n\r\nab');
    await new Promise(setImmediate);
    socket.write('cd');
    await once(socket, 'data');
    socket.destroy();
    await served.close();
    return [...new Set(seen)];
  };

  const note = (seen: (string | undefined)[]) => () => void seen.push(ambientId());

  it('have no context if they are not bound', async () => {
    const seen = await read(
      (req, notes) =>
        new Promise((resolve) => {
          req.on('end', note(notes)).on('end', resolve).resume();
        }),
    );

    expect(seen).toEqual([undefined]);
  });

  it('have it if they are bound', async () => {
    const seen = await read(
      (req, notes) =>
        new Promise((resolve) => {
          req.on('data', bindContext(note(notes)));
          req.on('end', bindContext(note(notes))).on('end', resolve);
        }),
    );

    expect(seen).toEqual(['mine']);
  });

  it('are not needed: iteration keeps it', async () => {
    const seen = await read(async (req, notes) => {
      for await (const _chunk of req) note(notes)();
      note(notes)();
    });

    expect(seen).toEqual(['mine']);
  });
});

describe('bindContext', () => {
  it('is right in the listener of an emitter that all requests share, and hands it the emitter', () => {
    const shared = new EventEmitter();
    const seen: unknown[] = [];
    runWithContext(requestRecord({ requestId: 'subscriber' }), () => {
      shared.on('news', () => seen.push(ambientId()));
      shared.on(
        'news',
        bindContext(function (this: EventEmitter, text: string) {
          seen.push(ambientId(), this === shared, text);
        }),
      );
    });

    runWithContext(requestRecord({ requestId: 'emitter' }), () => shared.emit('news', 'text'));

    expect(seen).toEqual(['emitter', 'subscriber', true, 'text']);
  });

  it('is right in a listener of an abort', () => {
    const controller = new AbortController();
    const seen: unknown[] = [];
    runWithContext(requestRecord({ requestId: 'listener' }), () => {
      controller.signal.addEventListener('abort', () => seen.push(ambientId()));
      controller.signal.addEventListener(
        'abort',
        bindContext(() => seen.push(ambientId())),
      );
    });

    controller.abort();

    expect(seen).toEqual([undefined, 'listener']);
  });

  it('keeps the number of parameters', () => {
    expect(bindContext((_a: number, _b: number) => undefined)).toHaveLength(2);
  });
});

describe.each(expressMajors)('addContext with a request on $major', ({ express }) => {
  it("writes into that request's fields from another's context, where it would miss them without", async () => {
    const other = requestRecord({ requestId: 'other', fields: {} });
    const app = express();
    app.use(requestContext());
    app.get('/', (req, res) => {
      runWithContext(other, () => {
        addContext({ astray: true });
        addContext({ userId: 'ada' }, req);
      });
      res.json(getContext().fields);
    });

    const answer = await request(app).get('/');

    expect(answer.body).toEqual({ userId: 'ada' });
    expect(other.fields).toEqual({ astray: true });
  });

  it('refuses a request without a context', async () => {
    const app = express();
    app.use((req, _res, next) => {
      addContext({ userId: 'ada' }, req);
      next();
    });
    app.use((error: unknown, _req: unknown, res: ServerResponse, _next: unknown) => {
      res.end(String(error));
    });

    const answer = await request(app).get('/').buffer();

    expect(answer.text).toBe(
      'Error: addContext: this request has no context; is requestContext() mounted before?',
    );
  });
});
