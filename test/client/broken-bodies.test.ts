import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import { answerOf, type Client, type ClientOptions, createClient } from '../../src/client/index.ts';
import { NotFoundError } from '../../src/errors/index.ts';
import { manualClock } from '../../src/testing/index.ts';
import { serveRaw } from '../support/raw-server.ts';

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const short = (status: string, field = 'X-A: b'): string =>
  `HTTP/1.1 ${status}\r\ncontent-length: 100\r\n${field}\r\n\r\nabc`;
const long = (status: string): string =>
  `HTTP/1.1 ${status}\r\nretry-after: 5\r\ncontent-length: 50\r\n\r\n${'x'.repeat(50)}`;
const miscoded = (status: string): string =>
  `HTTP/1.1 ${status}\r\nretry-after: 5\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\nabc`;

describe('an answer whose body is of no use', () => {
  const open: { close(): Promise<unknown> }[] = [];

  /** A client of a server that gives the answers one after the other, and then the last one again. */
  const asking = async (answers: readonly string[], change: Partial<ClientOptions> = {}): Promise<Client> => {
    const { url, ...server } = await serveRaw((socket, connection) =>
      socket.end(answers[Math.min(connection, answers.length) - 1] ?? '', 'latin1'),
    );
    const client = createClient({ name: 'catalog', baseUrl: url, retry: false, maxBodyBytes: 40, ...change });
    open.push(client, server);
    return client;
  };

  afterEach(async () => {
    for (const each of open.splice(0)) await each.close();
  });

  it.each([
    ['truncated', short('503 Unavailable', 'Retry-After: 5')],
    ['truncated', short('429 Too Many', 'Retry-After: 5')],
    ['too-large', long('503 Unavailable')],
    ['too-large', long('429 Too Many')],
    ['content-encoding', miscoded('503 Unavailable')],
  ])('keeps its Retry-After, and pauses its host: %s', async (reason, answer) => {
    const client = await asking([answer], { clock: manualClock() });

    const first = client.get('/x');
    await expect(first).rejects.toMatchObject({ reason, retryAfterMs: 5_000, status: 503 });
    const second = client.get('/x');

    await expect(second).rejects.toMatchObject({ name: 'DependencyPausedError' });
  });

  it('is waited for as its Retry-After says, or not at all', async () => {
    const answers = [short('503 Unavailable', 'Retry-After: 5'), OK];
    const client = await asking(answers, { retry: { backoff: { baseMs: 1 } }, timeout: { totalMs: 4_000 } });

    const call = client.get('/x');

    await expect(call).rejects.toMatchObject({ journal: { attempts: [{ number: 1 }], stopped: 'deadline' } });
  });

  it.each([
    ['truncated', short('404 Not Found')],
    ['too-large', long('404 Not Found')],
    ['content-encoding', miscoded('404 Not Found')],
  ])('becomes what upstreamErrors make of its status: %s', async (reason, answer) => {
    const client = await asking([answer], { upstreamErrors: { 404: () => new NotFoundError('None') } });

    const error: unknown = await client.get('/x').catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ name: 'NotFoundError', cause: { reason, cause: { reason } } });
    expect(answerOf(error)?.status).toBe(404);
  });

  it('is an answer where no status is thrown, and fails whoever asks for its body', async () => {
    const client = await asking([short('404 Not Found')], { throwOnStatus: false });

    const answer = await client.get('/x');

    const broken = { name: 'UpstreamResponseError', reason: 'truncated', journal: { attempts: [{}] } };
    expect([answer.status, answer.headers.get('x-a')]).toEqual([404, 'b']);
    await expect(answer.text()).rejects.toMatchObject(broken);
    await expect(answer.bytes()).rejects.toMatchObject(broken);
    await expect(answer.json()).rejects.toMatchObject(broken);
    await expect(text(answer.stream)).rejects.toMatchObject(broken);
  });

  it('is a Response of fetch, and fails whoever reads it', async () => {
    const client = await asking([short('404 Not Found')]);

    const response = await client.fetch('/x');

    expect(response.status).toBe(404);
    await expect(response.text()).rejects.toMatchObject({ reason: 'truncated' });
  });

  it.each([
    short('302 Found', 'Location: /y'),
    `HTTP/1.1 302 Found\r\nlocation: /y\r\ncontent-length: 50\r\n\r\n${'x'.repeat(50)}`,
    'HTTP/1.1 302 Found\r\nlocation: /y\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\nabc',
  ])('is followed where it is a redirect: %j', async (redirect) => {
    const client = await asking([redirect, OK]);

    const answer = await client.get('/x');

    expect([answer.redirected, await answer.text()]).toEqual([true, 'ok']);
  });

  it('is a redirect to whoever asks for the JSON of one that is not followed', async () => {
    const client = await asking([short('302 Found', 'Location: /y')], { maxRedirects: 0 });

    const answer = await client.get('/x');
    const parsed = answer.json();

    await expect(parsed).rejects.toMatchObject({ reason: 'status-302' });
    await expect(client.get('/x').json()).rejects.toMatchObject({ reason: 'status-302' });
  });

  it('is too large by the bound of the agent too, for good', async () => {
    const retry = { backoff: { baseMs: 0 } };
    const client = await asking([long('200 OK')], {
      maxBodyBytes: 100,
      agent: { maxResponseSize: 10 },
      retry,
    });

    const call = client.get('/x');

    await expect(call).rejects.toMatchObject({ reason: 'too-large', journal: { stopped: 'not-retryable' } });
  });
});
