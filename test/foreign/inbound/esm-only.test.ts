import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { readScript } from '../../support/child.ts';
import { expressMajors } from '../../support/express.ts';
import { SECRET } from '../../support/foreign.ts';

interface Noted {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

// jose and celebrate are ES modules, which Jest does not load: their errors are thrown in a process of their own.
const answers = new Map<string, Noted>();

beforeAll(async () => {
  const noted = await readScript<Record<string, Noted>>(join(__dirname, '..', 'fixtures', 'inbound-esm.ts'));
  for (const [name, answer] of Object.entries(noted)) answers.set(name, answer);
}, 60_000);

describe.each(expressMajors)('libraries that are ES modules, on $major', ({ major }) => {
  it.each([
    ['no token', 'invalid-token', 'The token is not valid.'],
    ['expired', 'token-expired', 'The token has expired.'],
    ['not yet valid', 'invalid-token', 'The token is not valid.'],
    ['for another audience', 'invalid-token', 'The token is not valid.'],
    ['of another key', 'invalid-token', 'The token is not valid.'],
    ['of an algorithm that is not listed', 'invalid-token', 'The token is not valid.'],
  ])('jose with jwtErrors(): %s', (name, code, detail) => {
    const answer = answers.get(`${major}, jose: ${name}`);

    expect(answer).toMatchObject({ status: 401, body: { code, detail } });
    expect(answer?.headers['www-authenticate']).toMatch(/^Bearer error="invalid_token"/);
  });

  it('jose with jwtErrors(): what may as well be a mistake in signing is a 500', () => {
    const answer = answers.get(`${major}, jose: of an algorithm for another kind of key`);

    expect(answer).toMatchObject({ status: 500, body: { code: 'internal-server-error' } });
  });

  it.each(['no token', 'expired', 'of another key'])('jose without it is a 500: %s', (name) => {
    expect(answers.get(`${major}, bare jose: ${name}`)).toMatchObject({
      status: 500,
      body: { code: 'internal-server-error' },
    });
  });

  it.each([
    ['celebrate', 422, 'unprocessable-content'],
    ['celebrate with 400', 400, 'bad-request'],
  ])('%s', (name, status, code) => {
    const answer = answers.get(`${major}, ${name}`);

    expect(answer).toMatchObject({ status, body: { code, detail: 'The request is not valid: 5 faults' } });
    expect(answer?.body.errors).toEqual([
      { detail: '"id" must be a number', in: 'params', name: 'id' },
      { detail: '"page" must be a number', in: 'query', name: 'page' },
      { detail: '"x-tenant" must be a number', in: 'headers', name: 'x-tenant' },
      { detail: '"name" fails to match the required pattern: /^a/', pointer: '#/name' },
      { detail: '"list[0]" must be a number', pointer: '#/list/0' },
    ]);
  });

  it('say nothing of what was sent', () => {
    for (const { text, headers } of answers.values())
      expect(text + JSON.stringify(headers)).not.toContain(SECRET);
    expect(answers.size).toBe(32);
  });
});
