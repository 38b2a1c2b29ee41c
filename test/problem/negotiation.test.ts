import { afterEach, describe, expect, it, jest } from '@jest/globals';
import request from 'supertest';
import { ConflictError, NotFoundError, type ProblemBody } from '../../src/errors/index.ts';
import { createEventHub } from '../../src/events/index.ts';
import { breakwater } from '../../src/index.ts';
import { readAccept } from '../../src/problem/accept.ts';
import { type ProblemOptions, problemHandler } from '../../src/problem/index.ts';
import { captureLogs } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const PROBLEM = 'application/problem+json';

describe.each(expressMajors)('problemHandler › content types, on $major', ({ express }) => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const appThatThrows = (thrown: unknown, options: ProblemOptions = {}) => {
    const app = express();
    app.get('/', (_req, res) => {
      res.status(403).vary('Origin');
      throw thrown;
    });
    app.use(problemHandler({ events: createEventHub(), ...options }));
    return app;
  };

  const ask = (
    accept: string | undefined,
    options: ProblemOptions,
    thrown: unknown = new NotFoundError(),
  ) => {
    const sent = request(appThatThrows(thrown, options)).get('/');
    return accept === undefined ? sent : sent.set('Accept', accept);
  };

  it.each([
    BROWSER,
    'text/html',
    'TEXT/HTML;level=1;q=0.5',
    'text/*',
    'text/html, application/json;q=0.9',
    '*/*;q=0.1, text/html;q=0.2',
  ])('are text/html with html: true for a client that prefers it: %s', async (accept) => {
    const answer = await ask(accept, { html: true });

    expect(answer.status).toBe(404);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.headers['content-length']).toBe(String(Buffer.byteLength(answer.text)));
    expect(answer.text).toMatch(/^<!DOCTYPE html>/);
    expect(answer.text).toContain('<h1>404 Not Found</h1>');
    expect(answer.text).toContain(answer.headers['x-request-id']);
  });

  it.each([
    undefined,
    '',
    '*/*',
    'application/*',
    'application/json',
    'text/html, application/json',
    'text/html;q=0.8, application/problem+json; charset=utf-8; q=0.9',
    'text/html;q=0',
    'text/html;q=2',
    'text/csv',
    'image/png, */*;q=0',
    'application/problem+xml',
    'rubbish;;;,,,=',
    `${'a/b,'.repeat(1_000)}text/html`,
    `${'x'.repeat(5_000)},text/html`,
  ])('are application/problem+json with html: true for any other: %s', async (accept) => {
    const answer = await ask(accept, { html: true });

    expect(answer.status).toBe(404);
    expect(answer.headers['content-type']).toBe(PROBLEM);
    expect(answer.body).toMatchObject({ status: 404 });
  });

  it('escape what the page shows', async () => {
    const thrown = new ConflictError(`<script>alert("1")</script> & 'more'`);

    const answer = await ask(BROWSER, { html: true }, thrown);

    expect(answer.text).toContain(
      '<p>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;more&#39;</p>',
    );
    expect(answer.text).not.toContain('<script');
  });

  it('leave a page of the app’s own to its function, which gets the document', async () => {
    const seen: ProblemBody[] = [];
    const html = (problem: ProblemBody) => {
      seen.push(problem);
      return `<p>${problem.status} é</p>`;
    };

    const answer = await ask(BROWSER, { html });

    expect(answer.text).toBe('<p>404 é</p>');
    expect(answer.headers['content-length']).toBe('13');
    expect(seen).toMatchObject([{ status: 404, code: 'not-found', instance: '/' }]);
    expect(Object.isFrozen(seen[0])).toBe(true);
  });

  it.each<[string, unknown]>([
    [
      'throws',
      () => {
        throw new Error('no template');
      },
    ],
    ['gives no text', () => undefined],
    ['gives a promise that rejects', () => Promise.reject(new Error('no template'))],
  ])('are JSON where the function of html %s', async (_what, html) => {
    // What only a JavaScript caller can write.
    const answer = await ask(BROWSER, { html: html as () => string });

    expect(answer.status).toBe(404);
    expect(answer.headers['content-type']).toBe(PROBLEM);
  });

  it('tell once, by its error, that the function of html failed', async () => {
    const warnings = jest.spyOn(process, 'emitWarning').mockReturnValue(undefined);
    const html = () => {
      throw new Error('no template');
    };

    await ask(BROWSER, { html });

    expect(warnings.mock.calls.map(([warning]) => warning)).toEqual([
      'problemHandler: the function of option "html" failed (told once): "no template"',
    ]);
  });

  it('make caches vary on Accept only where it has a say', async () => {
    const html = await ask(BROWSER, { html: true });
    const json = await ask('application/json', { html: true });
    const mirrored = await ask('application/json', { mirrorJson: true });
    const fixed = await ask(BROWSER, {});

    expect([html, json, mirrored, fixed].map(({ headers }) => headers.vary)).toEqual([
      'Origin, Accept',
      'Origin, Accept',
      'Origin, Accept',
      'Origin',
    ]);
    expect(fixed.headers['content-type']).toBe(PROBLEM);
  });

  it.each([
    ['application/json', 'application/json'],
    ['application/json, text/plain, */*', 'application/json'],
    ['application/json, application/problem+json;q=0.1', PROBLEM],
    ['application/json;q=0', PROBLEM],
    ['*/*', PROBLEM],
  ])('with mirrorJson: true for %s: %s', async (accept, expected) => {
    const answer = await ask(accept, { mirrorJson: true });

    expect(answer.headers['content-type']).toBe(expected);
    expect(JSON.parse(answer.text)).toMatchObject({ status: 404 });
  });

  it('are given to HEAD with the length that GET has', async () => {
    const app = appThatThrows(new NotFoundError(), { html: () => '<p>é</p>' });

    const head = await request(app).head('/').set('Accept', BROWSER);

    expect(head.headers).toMatchObject({
      'content-length': '9',
      'content-type': 'text/html; charset=utf-8',
    });
  });

  it('does not take the status of a response that was being made', async () => {
    const answer = await ask(undefined, {}, new Error('late'));

    expect(answer.status).toBe(500);
  });

  it('takes that status for unexpected errors with inheritStatus: true', async () => {
    const unexpected = await ask(undefined, { inheritStatus: true }, new Error('late'));
    const known = await ask(undefined, { inheritStatus: true }, new ConflictError('Changed'));

    expect(unexpected.body).toMatchObject({ status: 403, code: 'forbidden', title: 'Forbidden' });
    expect(unexpected.body).not.toHaveProperty('detail');
    expect(known.status).toBe(409);
  });

  it('inherits no status that is none of an error', async () => {
    const app = express();
    app.get('/', (_req, res) => {
      res.status(204);
      throw new Error('late');
    });
    app.use(problemHandler({ events: createEventHub(), inheritStatus: true }));

    const answer = await request(app).get('/');

    expect(answer.status).toBe(500);
  });

  it('can be chosen through breakwater()', async () => {
    const { before, after } = breakwater({
      service: 'x',
      log: { stream: captureLogs().stream },
      notFound: { methodNotAllowed: false },
      problem: { html: true, mirrorJson: true, inheritStatus: true },
    });
    const app = express();
    app.use(before);
    app.get('/', (_req, res) => void res.send('ok'));
    app.use(after);

    const answer = await request(app).post('/').set('Accept', BROWSER);

    expect(answer.status).toBe(404);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
  });
});

describe('readAccept', () => {
  it.each([
    ['text/html;q=0.5', 'text/html', 0.5],
    ['text/html; Q=0.5', 'text/html', 0.5],
    ['text/html;level=1', 'text/html', 1],
    ['text/*;q=0.3, */*;q=0.1', 'text/html', 0.3],
    ['text/*;q=0.3, */*;q=0.1', 'image/png', 0.1],
    ['text/plain', 'text/html', 0],
    ['text/html;q=x', 'text/html', 0],
    [undefined, 'text/html', 1],
    [['text/html'], 'text/html', 1],
  ])('reads in %j how much %s is wanted', (header, type, quality) => {
    expect(readAccept(header).quality(type)).toBe(quality);
  });
});
