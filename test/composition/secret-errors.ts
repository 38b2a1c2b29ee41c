import { badImplementation, boomify } from '@hapi/boom';
import createError from 'http-errors';
import { NotFoundError, ServiceUnavailableError } from '../../src/index.ts';
import { SECRET, secretOf } from './secrets-support.ts';

const thrownBy = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (thrown) {
    return thrown;
  }
};

/** Errors whose members, messages and causes hold the secret, as libraries make them. */
export const secretErrors: Readonly<Record<string, () => unknown>> = {
  'a message with a bearer token': () => new Error(`401 for Authorization: Bearer ${SECRET}`),
  'a message with basic credentials': () => new Error(`401 for Basic ${btoa(`app:${SECRET}`)}`),
  'a message with a password': () => new Error(`connect with password=${SECRET} failed`),
  'a message with JSON': () => new Error(`bad config {"apiKey":"${SECRET}"}`),
  'a message with a URL': () => new Error(`connect to postgres://app:${SECRET}@db:5432/x failed`),
  'a message with a query': () => new Error(`GET https://x.test/a?access_token=${SECRET}&b=1 failed`),
  'a cause of a cause': () =>
    new Error('a', { cause: new Error('b', { cause: new Error(`c: token: ${SECRET}`) }) }),
  'a technical error of ours, with its cause': () =>
    new ServiceUnavailableError(`stock is down, secret=${SECRET}`, {
      cause: new Error(`redis://:${SECRET}@cache failed`),
    }),
  'an aggregate': () => new AggregateError([new Error(`pwd=${SECRET}`)], `passphrase: ${SECRET}`),
  'an error of a database': () =>
    Object.assign(new Error('duplicate key value violates unique constraint "users_email_key"'), {
      name: 'SequelizeUniqueConstraintError',
      code: '23505',
      detail: `Key (email)=(${SECRET}) already exists.`,
      sql: `INSERT INTO users VALUES ('${SECRET}')`,
      parameters: [SECRET],
      fields: { email: SECRET },
      parent: Object.assign(new Error('duplicate key'), { sql: `INSERT '${SECRET}'`, parameters: [SECRET] }),
      original: { sql: SECRET },
      query: SECRET,
      driverError: { query: SECRET },
    }),
  'an error of axios': () =>
    Object.assign(new Error('Request failed with status code 500'), {
      name: 'AxiosError',
      isAxiosError: true,
      code: 'ERR_BAD_RESPONSE',
      config: { headers: { Authorization: `Bearer ${SECRET}` }, data: SECRET, url: `/x?key=${SECRET}` },
      request: { path: SECRET },
      response: { status: 500, data: { why: SECRET }, headers: { 'set-cookie': [`sid=${SECRET}`] } },
      toJSON: () => ({ config: SECRET }),
    }),
  'an error of a parser': () =>
    Object.assign(new SyntaxError(`Unexpected token h, "${SECRET}" is not valid JSON`), {
      status: 400,
      statusCode: 400,
      expose: true,
      type: 'entity.parse.failed',
      body: SECRET,
    }),
  'headers of an http-error': () =>
    createError(401, 'no', {
      headers: { 'x-tenant': secretOf('A'), 'set-cookie': secretOf('B'), location: secretOf('C') },
    }),
  'headers of an error of ours': () =>
    new NotFoundError('no', {
      headers: { 'x-tenant': secretOf('A'), 'set-cookie': secretOf('B'), location: secretOf('C') },
    }),
  'a message of an http-error of 500': () => createError(500, `password=${SECRET}`),
  'a message that an http-error does not expose': () =>
    createError(409, `password=${SECRET}`, { expose: false }),
  'an error that http-errors wrapped': () => createError(400, new Error(`password=${SECRET}`)),
  'a message of a boom of 500': () => badImplementation(`password=${SECRET}`),
  'an error that boom wrapped': () => boomify(new Error(`password=${SECRET}`), { statusCode: 400 }),
  'a statement': () => new Error(`insert into "t" ("a") values ('${SECRET}') - no such table`),
  'a statement and its params': () => new Error(`Failed query: select $1\nparams: ${SECRET}`),
  'a line of a header': () => new Error(`sent Set-Cookie: theme=${SECRET}; Path=/`),
  'a command': () => new Error(`Command failed: curl -u app:${SECRET} https://x.test`),
  'a URL that fetch refuses': () => thrownBy(() => new Request(`http://app:${SECRET}@127.0.0.1:1/`)),
  'a URL that is none': () => thrownBy(() => new URL(`http://app:${SECRET}@:x`)),
  'JSON that is none': () => thrownBy(() => JSON.parse(`{"a":${SECRET}`)),
  'a cause that is no error': () => new Error('a', { cause: { password: SECRET } }),
  'a thrown text': () => `password=${SECRET}`,
  'a thrown object': () => ({ password: SECRET, message: SECRET, toString: () => SECRET }),
};
