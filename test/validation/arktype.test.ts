import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';

const FIXTURE = join(__dirname, 'fixtures', 'arktype.mts');

interface Answer {
  readonly status: number;
  readonly body: { readonly errors?: unknown; readonly parsed?: unknown };
}

describe('validate with arktype, unadapted', () => {
  let answers: readonly (readonly [Answer, Answer, Answer, Answer])[] = [];

  beforeAll(async () => {
    const tsx = require.resolve('tsx/cli');
    const { stdout } = await promisify(execFile)(process.execPath, [tsx, FIXTURE]);
    answers = JSON.parse(stdout);
  }, 60_000);

  it.each([
    ['Express 4', 0],
    ['Express 5', 1],
  ])('hands out what the schemas parsed on %s', (_major, index) => {
    expect(answers[index]?.[0]).toEqual({
      status: 200,
      body: {
        parsed: {
          params: { id: 'abc' },
          query: { page: 2 },
          headers: expect.objectContaining({ 'x-tenant': 'acme' }),
          body: { items: [{ sku: 'a', count: 1 }], kind: 'gift' },
        },
        typed: ['abc', 2, 'acme', 'a', 'gift'],
      },
    });
  });

  it.each([
    ['Express 4', 0],
    ['Express 5', 1],
  ])('lists every fault without what was submitted on %s', (_major, index) => {
    const answer = answers[index]?.[1];

    expect(answer?.status).toBe(422);
    expect(answer?.body.errors).toEqual([
      { detail: 'id must be at least length 3', in: 'params', name: 'id' },
      { detail: 'page must be a well-formed integer string', in: 'query', name: 'page' },
      { detail: 'value at ["x-tenant"] must be at least length 3', in: 'headers', name: 'x-tenant' },
      { detail: 'items[0].count must be less than 10', pointer: '#/items/0/count' },
      { detail: 'items[0].sku must be a string', pointer: '#/items/0/sku' },
      { detail: 'kind must be "gift" or "order"', pointer: '#/kind' },
      { detail: 'extra must be removed', pointer: '#/extra' },
      { detail: 'The value is not valid', pointer: '#' },
    ]);
    expect(JSON.stringify(answer?.body.errors)).not.toMatch(/s3cret|98765|4321/);
  });

  it.each([
    ['Express 4', 0],
    ['Express 5', 1],
  ])('tells of a fault of the whole body on %s', (_major, index) => {
    const answer = answers[index]?.[2];

    expect(answer).toMatchObject({
      status: 422,
      body: { errors: [{ detail: 'must be equal', pointer: '#' }] },
    });
  });

  it.each([
    ['Express 4', 0],
    ['Express 5', 1],
  ])('shows nothing of a value where several things are wrong with it on %s', (_major, index) => {
    const answer = answers[index]?.[3];

    expect(answer?.body.errors).toEqual([
      { detail: 'mail must be an email address and at least length 21', pointer: '#/mail' },
    ]);
  });
});
