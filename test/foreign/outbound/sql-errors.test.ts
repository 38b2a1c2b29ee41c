import { describe, expect, it } from '@jest/globals';
import { PrismaClientKnownRequestError } from '@prisma/client/runtime/client';
import { type SqlErrorsOptions, sqlErrors } from '../../../src/problem/index.ts';
import { mysqlServer } from './mysql.ts';
import { postgresError } from './postgres.ts';
import { answersTo, both, told } from './support.ts';

const withOptions = (options: SqlErrorsOptions) => ({ mapErrors: [sqlErrors(options)] });
const constraints = { users_email_key: 'email', users_age_check: 'profile.age' };
const constraint = [Buffer.from('nusers_email_key\0')];

describe('sqlErrors', () => {
  it('points at the member behind the constraint of pg', async () => {
    const [seen] = await answersTo(await postgresError('23505', constraint), withOptions({ constraints }));

    expect(seen).toMatchObject({
      status: 409,
      body: {
        code: 'duplicate-resource',
        errors: [{ detail: 'This value is taken already.', pointer: '#/email' }],
      },
      leaks: [],
    });
  });

  it('points at the member behind the key of mysql2', async () => {
    const server = await mysqlServer(1062, "Duplicate entry 'a' for key 'users.users_email_key'");
    const error = await server.failure();
    await server.close();

    const [seen] = await answersTo(error, withOptions({ constraints }));

    expect(seen?.body.errors).toEqual([{ detail: 'This value is taken already.', pointer: '#/email' }]);
  });

  it('points at the member behind the target of Prisma', async () => {
    const error = new PrismaClientKnownRequestError('refused', {
      code: 'P2002',
      clientVersion: '7.10.0',
      meta: { target: ['users_email_key'] },
    });

    const [seen] = await answersTo(error, withOptions({ constraints }));

    expect(seen?.body.errors).toEqual([{ detail: 'This value is taken already.', pointer: '#/email' }]);
  });

  it.each([400, 422] as const)('answers %d to values that the database refuses', async (dataFaults) => {
    const [seen] = await answersTo(
      await postgresError('23514', [Buffer.from('nusers_age_check\0')]),
      withOptions({ dataFaults, constraints }),
    );

    expect(seen?.status).toBe(dataFaults);
    expect(seen?.body.errors).toEqual([{ detail: 'This value is not allowed.', pointer: '#/profile/age' }]);
  });

  it('names no constraint that it was not told of', async () => {
    const [seen] = await answersTo(await postgresError('23505', constraint), withOptions({}));

    expect(seen?.body).not.toHaveProperty('errors');
    expect(JSON.stringify(seen?.body)).not.toContain('users_email_key');
  });

  it('keeps 504 and 503 as they are without it, and leaves other errors alone', async () => {
    const late = await told(await postgresError('57014'), withOptions({}));
    const race = await told(await postgresError('40001'), withOptions({}));
    const bug = await told(new Error('x'), withOptions({ dataFaults: 422 }));

    expect([late, race, bug]).toEqual([
      both('504 dependency-timeout'),
      both('503 dependency-unavailable retry 1 retryable'),
      both('500 internal-server-error'),
    ]);
  });

  it.each([
    { dataFaults: 500 },
    { dataFaults: true },
    { constraints: [] },
    { constraints: { a: 1 } },
    { constraints: { a: '' } },
    { other: 1 },
  ])('refuses %j', (options) => {
    expect(() => Reflect.apply(sqlErrors, undefined, [options])).toThrow(/^sqlErrors: /);
  });
});
