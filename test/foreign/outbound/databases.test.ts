import { describe, expect, it } from '@jest/globals';
import {
  PrismaClientInitializationError,
  PrismaClientKnownRequestError,
  PrismaClientValidationError,
} from '@prisma/client/runtime/client';
import { Client } from 'pg';
import {
  DatabaseError,
  EmptyResultError,
  OptimisticLockError,
  Sequelize,
  UniqueConstraintError,
} from 'sequelize';
import { EntityNotFoundError, OptimisticLockVersionMismatchError, QueryFailedError } from 'typeorm';
import { mysqlServer } from './mysql.ts';
import { postgresError } from './postgres.ts';
import { answersTo, both, refusedPort, SECRET, thrownBy, told } from './support.ts';

const DUPLICATE = '409 duplicate-resource';
const CONFLICT = '409 conflict';
const STALE = '409 stale-version';
const RACE = '503 dependency-unavailable retry 1 retryable';
const TIMED_OUT = '504 dependency-timeout';
const UNAVAILABLE = '503 dependency-unavailable';
const BUG = '500 internal-server-error';

describe('pg', () => {
  it.each([
    ['23505', DUPLICATE],
    ['23P01', CONFLICT],
    ['23503', CONFLICT],
    ['23001', CONFLICT],
    ['40001', RACE],
    ['40P01', RACE],
    ['55P03', RACE],
    ['57014', TIMED_OUT],
    ['53300', UNAVAILABLE],
    ['08006', UNAVAILABLE],
    ['57P01', UNAVAILABLE],
    ['22P02', BUG],
    ['23502', BUG],
    ['42P01', BUG],
  ])('%s is answered %s', async (code, words) => {
    expect(await told(await postgresError(code))).toEqual(both(words));
  });

  it('a refused connection is answered 502', async () => {
    const port = await refusedPort();
    const error = await thrownBy(() => new Client({ host: '127.0.0.1', port }).connect());

    expect(await told(error)).toEqual(both('502 dependency-failed'));
  });

  it.each([
    ['Query read timeout', TIMED_OUT],
    ['timeout exceeded when trying to connect', UNAVAILABLE],
    ['Connection terminated unexpectedly', UNAVAILABLE],
  ])('its own "%s" is answered %s', async (text, words) => {
    expect(await told(new Error(text))).toEqual(both(words));
  });

  it('a connection that breaks is answered 503', async () => {
    expect(await told(await postgresError('broken'))).toEqual(both(UNAVAILABLE));
  });
});

describe('mysql2 and Sequelize on it', () => {
  it.each([
    [1062, DUPLICATE],
    [1452, CONFLICT],
    [1213, RACE],
    [1205, RACE],
    [3024, TIMED_OUT],
    [1040, UNAVAILABLE],
    [1406, BUG],
    [1146, BUG],
  ])('%d is answered %s', async (errno, words) => {
    const server = await mysqlServer(errno);

    const error = await server.failure();

    expect(await told(error)).toEqual(both(words));
    await server.close();
  });

  it.each([
    ['a duplicate', 1062, DUPLICATE],
    ['a deadlock', 1213, RACE],
    ['a value that is too long', 1406, BUG],
  ])('%s is answered the same through Sequelize', async (_what, errno, words) => {
    const server = await mysqlServer(errno);
    const parent = Object(await server.failure());
    await server.close();

    const error = errno === 1062 ? new UniqueConstraintError({ parent }) : new DatabaseError(parent);

    expect(await told(error)).toEqual(both(words));
  });

  it('a connection that Sequelize cannot make is answered 503', async () => {
    const port = await refusedPort();
    const db = new Sequelize('d', 'u', SECRET, { dialect: 'mysql', host: '127.0.0.1', port, logging: false });

    expect(await told(await thrownBy(() => db.authenticate()))).toEqual(both(UNAVAILABLE));
    await db.close();
  });
});

describe('Sequelize', () => {
  const db = new Sequelize('d', 'u', 'p', { dialect: 'mysql', logging: false });
  const User = db.define('User', { email: { type: 'TEXT', allowNull: false, validate: { isEmail: true } } });

  it('values that a model refuses are answered 422, each with its member', async () => {
    const error = await thrownBy(() => User.build({ email: SECRET }).validate());

    const [seen] = await answersTo(error);

    expect(seen).toMatchObject({
      status: 422,
      body: {
        code: 'unprocessable-content',
        errors: [{ detail: 'This value is not allowed.', pointer: '#/email' }],
      },
      leaks: [],
    });
  });

  it('values that a model refuses of several rows are answered 422', async () => {
    const error = await thrownBy(() => User.bulkCreate([{ email: SECRET }, {}], { validate: true }));

    const [seen] = await answersTo(error);

    expect(seen).toMatchObject({
      status: 422,
      body: {
        code: 'unprocessable-content',
        errors: expect.arrayContaining([
          { detail: 'This value is not allowed.', pointer: '#/email' },
          { detail: 'This value is required.', pointer: '#/email' },
        ]),
      },
      leaks: [],
    });
  });

  it.each([
    ['a stale version', new OptimisticLockError({ modelName: 'User', values: { email: SECRET } }), STALE],
    ['nothing found', new EmptyResultError(SECRET.slice(0, 3)), '404 not-found'],
  ])('%s is answered %s', async (_what, error, words) => {
    expect(await told(error)).toEqual(both(words));
  });
});

describe('TypeORM', () => {
  it('a failed query is answered as the error of its driver', async () => {
    const driverError = await postgresError('23505');
    if (!(driverError instanceof Error)) throw new Error('The driver threw no error');

    expect(await told(new QueryFailedError('insert', [SECRET], driverError))).toEqual(both(DUPLICATE));
  });

  it('what is missing is 404, a stale version 409', async () => {
    const missing = await told(new EntityNotFoundError('User', { id: 1 }));
    const stale = await told(new OptimisticLockVersionMismatchError('User', 1, 2));

    expect([missing, stale]).toEqual([both('404 not-found'), both(STALE)]);
  });
});

describe('Prisma', () => {
  it.each([
    ['P2002', DUPLICATE],
    ['P2025', '404 not-found'],
    ['P2003', CONFLICT],
    ['P2014', CONFLICT],
    ['P2000', '400 bad-request'],
    ['P2034', RACE],
    ['P2024', UNAVAILABLE],
    ['P1001', UNAVAILABLE],
    ['P2010', BUG],
  ])('%s is answered %s', async (code, words) => {
    const error = new PrismaClientKnownRequestError('refused', {
      code,
      clientVersion: '7.10.0',
      meta: { target: ['email'], value: SECRET },
    });

    expect(await told(error)).toEqual(both(words));
  });

  it('failing to connect is 503, a query that is wrong 500', async () => {
    const init = await told(new PrismaClientInitializationError('no', '7.10.0'));
    const wrong = await told(new PrismaClientValidationError('no', { clientVersion: '7.10.0' }));

    expect([init, wrong]).toEqual([both(UNAVAILABLE), both(BUG)]);
  });
});
