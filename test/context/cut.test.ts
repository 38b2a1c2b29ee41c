import { IncomingMessage, type RequestListener, ServerResponse } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { cutOf, requestContext } from '../../src/context/index.ts';
import { readingOn } from '../../src/context/reading.ts';
import { expressMajors } from '../support/express.ts';
import { dial, serve } from '../support/sockets.ts';

const ASK = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const BROKEN = new Error('we broke it');

const deferred = <T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } => {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
};

/** How the answer to one request was cut, as is known when its response closes. */
const cutBy = async (listener: RequestListener): Promise<unknown> => {
  const closed = deferred<unknown>();
  const served = await serve((req, res) => {
    res.once('close', () => closed.resolve(cutOf(req)));
    listener(req, res);
  });
  const socket = await dial(served.port);
  socket.on('error', () => undefined).write(ASK);
  const cut = await closed.promise;
  socket.destroy();
  await served.close();
  return cut;
};

const breakOff = (_req: IncomingMessage, res: ServerResponse): void => void res.destroy(BROKEN);

describe.each(expressMajors)('an answer that is broken off on $major', ({ express }) => {
  it('is noticed in an app that another one calls as a function', async () => {
    const inner = express();
    inner.use(breakOff);
    const outer = express();
    outer.use(requestContext());
    outer.use((req, res) => inner(req, res));

    expect(await cutBy(outer)).toEqual({ error: BROKEN });
  });

  it('is noticed in the app around the one whose middleware it is', async () => {
    const inner = express();
    inner.use(requestContext());
    const outer = express();
    outer.use(inner);
    outer.use(breakOff);

    expect(await cutBy(outer)).toEqual({ error: BROKEN });
  });

  it('is noticed where the response has a destroy of its own', async () => {
    const calls: unknown[] = [];
    const app = express();
    app.use((_req, res, next) => {
      const { destroy } = res;
      res.destroy = function (error) {
        calls.push(error);
        return destroy.call(this, error);
      };
      next();
    });
    app.use(requestContext());
    app.use(breakOff);

    expect(await cutBy(app)).toEqual({ error: BROKEN });
    expect(calls).toEqual([BROKEN]);
  });

  it('is told by nothing that can be seen on request or response', async () => {
    const seen: (readonly PropertyKey[])[] = [];
    const keysOf = (message: object): PropertyKey[] => Reflect.ownKeys({ ...message });
    const app = express();
    const note = (req: IncomingMessage, res: ServerResponse): void =>
      void seen.push(keysOf(req), keysOf(res));
    app.use((req, res, next) => {
      note(req, res);
      next();
    });
    app.use(requestContext());
    app.use((req, res) => {
      note(req, res);
      res.destroy();
    });

    await cutBy(app);

    const [reqBefore = [], resBefore = [], reqAfter = [], resAfter = []] = seen;
    expect(reqAfter.filter((key) => !reqBefore.includes(key))).toEqual([]);
    expect(resAfter.filter((key) => !resBefore.includes(key))).toEqual([]);
  });
});

describe('an answer that is broken off without Express', () => {
  it('is noticed, and nothing is put onto the classes of Node', async () => {
    const enter = requestContext();
    const symbols = [IncomingMessage, ServerResponse].map(({ prototype }) =>
      Object.getOwnPropertySymbols(prototype),
    );

    const cut = await cutBy((req, res) => enter(req, res, () => breakOff(req, res)));

    expect(cut).toEqual({ error: BROKEN });
    expect(
      [IncomingMessage, ServerResponse].map(({ prototype }) => Object.getOwnPropertySymbols(prototype)),
    ).toEqual(symbols);
  });
});

describe('a connection', () => {
  it('remembers no request once that was read and answered', async () => {
    const refs: unknown[] = [];
    const enter = requestContext();
    const closed = deferred<void>();
    const served = await serve((req, res) => {
      enter(req, res, () => {
        const { socket } = req;
        const held = (): unknown[] =>
          Object.getOwnPropertySymbols(socket)
            .filter((key) => key === Symbol.for('express-breakwater.reading.v1'))
            .map((key) => Reflect.get(socket, key));
        refs.push(held().length, readingOn(socket)?.request === req);
        res.once('close', () => {
          refs.push(...held());
          closed.resolve();
        });
        res.end();
      });
    });
    const socket = await dial(served.port);

    socket.write(ASK);
    await closed.promise;

    socket.destroy();
    await served.close();
    expect(refs).toEqual([1, true, undefined]);
  });
});
