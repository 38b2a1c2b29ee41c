import { describe, expect, it } from '@jest/globals';
import { contextOf, requestContext, tryGetContext } from '../../src/context/index.ts';

describe('the loss detector', () => {
  it.each<[string, unknown]>([
    ['no app', undefined],
    ['an app without a router', {}],
    ['a stack of what is no layer', { router: { stack: [null, 1, {}, Object.create(null)] } }],
    [
      'a frozen layer of a frozen kind',
      { router: { stack: [Object.freeze(Object.create(Object.freeze({ handleRequest: () => 1 })))] } },
    ],
    [
      'a proxy that throws',
      {
        router: {
          stack: [
            new Proxy(
              {},
              {
                getPrototypeOf: () => {
                  throw new Error('hostile');
                },
              },
            ),
          ],
        },
      },
    ],
  ])('serves a request with %s', (_what, app) => {
    const req = { headers: {}, app };
    const res = { headersSent: false, setHeader: () => undefined, on: () => undefined, socket: {} };
    let seen: unknown;

    // As much of a request as the middleware looks at.
    requestContext({ detectLoss: true })(req as never, res as never, () => {
      seen = tryGetContext();
    });

    expect(seen).toBe(contextOf(req));
  });
});
