import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { problemHandler, requestContext } from '../../src/index.ts';
import { expressMajors } from '../support/express.ts';
import { serve } from '../support/sockets.ts';
import { secretErrors } from './secret-errors.ts';
import { ask, expectNoSecret, SECRET, type Watched, watch } from './secrets-support.ts';

const names = Object.keys(secretErrors);
const pathOf = (name: string): string => `/errors/${encodeURIComponent(name)}`;

describe.each(expressMajors)('a secret on $major', ({ express }) => {
  let app: Watched;

  beforeAll(async () => {
    app = await watch(express, { problem: { html: true } }, (routes) => {
      routes.get('/errors/:name', (req, _res, next) => next(secretErrors[req.params.name]?.()));
    });
  });

  afterAll(() => app.close());

  it.each(names)('in %s reaches neither the client nor the log', async (name) => {
    expect(await app.expectHidden({ path: pathOf(name) })).toContain('application/problem+json');
  });

  it.each(names)('in %s reaches neither a page nor the log', async (name) => {
    const answer = await app.expectHidden({ path: pathOf(name), headers: ['Accept: text/html'] });

    expect(answer).toContain('<!DOCTYPE html>');
  });

  it.each(names)('in %s does not reach stderr, where nobody listens', async (name) => {
    const lines: string[] = [];
    const stderr = jest.spyOn(process.stderr, 'write').mockImplementation((line) => {
      lines.push(String(line));
      return true;
    });
    const routes = express();
    routes.use(requestContext());
    routes.get('/errors/:name', (_req, _res, next) => next(secretErrors[name]?.()));
    routes.use(problemHandler());
    const server = await serve(routes);

    const answer = await ask(server, { path: pathOf(name) });

    await server.close();
    stderr.mockRestore();
    expect(lines).toHaveLength(/^HTTP\/1\.1 5/.test(answer) ? 1 : 0);
    expectNoSecret(answer + lines.join(''));
  });
});

describe.each(expressMajors)('a warning of the process on $major', ({ express }) => {
  it('shows no secret of what a mapper throws', async () => {
    const app = await watch(
      express,
      {
        problem: {
          mapErrors: [
            () => {
              throw new Error(`Cookie: theme=${SECRET}`);
            },
          ],
        },
      },
      (routes) => {
        routes.get('/', (_req, _res, next) => next(new Error('a bug')));
      },
    );

    await app.expectHidden({ path: '/' });

    await app.close();
    expect(app.warnings).toHaveLength(1);
  });
});
