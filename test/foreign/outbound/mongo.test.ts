import { describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { mongooseErrors } from '../../../src/problem/index.ts';
import { answersTo, both, refusedPort, SECRET, thrownBy, told } from './support.ts';

const { DocumentNotFoundError, VersionError } = mongoose.Error;

const createModel = () =>
  mongoose
    .createConnection()
    .model('User', new mongoose.Schema({ age: Number, email: { type: String, required: true } }));

describe('Mongoose', () => {
  it('values that a schema refuses are answered 422, each with its member', async () => {
    const User = createModel();
    const error = await thrownBy(() => new User({ age: 'old' }).validate());

    const [seen] = await answersTo(error);

    expect(seen).toMatchObject({
      status: 422,
      body: {
        code: 'unprocessable-content',
        errors: expect.arrayContaining([
          { detail: 'This value is required.', pointer: '#/email' },
          { detail: 'This value is not allowed.', pointer: '#/age' },
        ]),
      },
      leaks: [],
    });
  });

  it('members of nested documents, lists and maps are named by their whole path', async () => {
    const nested = new mongoose.Schema({ n: { type: Number, required: true } });
    const items = [{ sku: { type: String, required: true }, qty: { type: Number, min: 1 } }];
    const Order = mongoose
      .createConnection()
      .model('Order', new mongoose.Schema({ items, sub: nested, m: { type: Map, of: Number } }));
    const order = { items: [{ sku: 'a', qty: 0 }, { qty: SECRET }], sub: {} };
    const error = await thrownBy(() =>
      new Order({ ...order, m: { k: 'x', [`{"${SECRET}`]: 'x' } }).validate(),
    );

    const [seen] = await answersTo(error);

    expect(seen).toMatchObject({ status: 422, leaks: [] });
    expect(new Set(Array.from(Object(seen?.body.errors), ({ pointer }) => pointer))).toEqual(
      new Set(['#/items/0/qty', '#/items/1/qty', '#/items/1/sku', '#/sub/n', '#/m/k', '#/m']),
    );
  });

  it('a value that cannot be cast is answered 400, or 404 where the app says so', async () => {
    const User = createModel();
    const error = await thrownBy(() => User.findOne({}).where('age', 'old').exec());

    const plain = await told(error);
    const asMissing = await told(error, { mapErrors: [mongooseErrors({ castError: 404 })] });

    expect([plain, asMissing]).toEqual([both('400 bad-request'), both('404 not-found')]);
  });

  it('a missing document is 404 and a stale version 409', async () => {
    const User = createModel();

    const missing = await told(Reflect.construct(DocumentNotFoundError, [{ id: 1 }, 'User']));
    const stale = await told(Reflect.construct(VersionError, [new User({ email: 'a' }), 1, ['email']]));

    expect([missing, stale]).toEqual([both('404 not-found'), both('409 stale-version')]);
  });

  it('operations that wait for a connection in vain are answered 503', async () => {
    const User = mongoose
      .createConnection()
      .model('Late', new mongoose.Schema({ age: Number }, { bufferTimeoutMS: 1 }));
    const error = await thrownBy(() => User.findOne({ age: 1 }).exec());

    expect(await told(error)).toEqual(both('503 dependency-unavailable'));
  });

  it.each([{ castError: 500 }, { castError: '404' }, { other: 1 }])(
    'mongooseErrors refuses %j',
    (options) => {
      expect(() => Reflect.apply(mongooseErrors, undefined, [options])).toThrow(/^mongooseErrors: /);
    },
  );
});

describe('the driver of MongoDB', () => {
  it.each([
    ['a duplicate', 11_000, '409 duplicate-resource'],
    ['a write conflict', 112, '503 dependency-unavailable retry 1 retryable'],
    ['a time limit', 50, '504 dependency-timeout'],
    ['a write that too few members confirm in time', 64, '504 dependency-timeout'],
    ['a primary that is none any more', 10_107, '503 dependency-unavailable retry 1 retryable'],
    ['a primary that stepped down', 189, '503 dependency-unavailable retry 1 retryable'],
    ['a server that shuts down', 91, '503 dependency-unavailable retry 1 retryable'],
    ['a server that is shut down', 11_600, '503 dependency-unavailable retry 1 retryable'],
    ['anything else', 2, '500 internal-server-error'],
  ])('%s is answered %s', async (_what, code, words) => {
    const error = new mongoose.mongo.MongoServerError({
      message: 'refused',
      code,
      keyPattern: { email: 1 },
      keyValue: { email: SECRET },
    });

    expect(await told(error)).toEqual(both(words));
  });

  it.each([
    ['a deadline', new mongoose.mongo.MongoOperationTimeoutError('late'), '504 dependency-timeout'],
    ['a closed client', new mongoose.mongo.MongoTopologyClosedError(), '503 dependency-unavailable'],
    ['no connection', new mongoose.mongo.MongoNotConnectedError('no'), '503 dependency-unavailable'],
    [
      'too few members in time',
      new mongoose.mongo.MongoWriteConcernError({ ok: 1, writeConcernError: { code: 64, errmsg: 'late' } }),
      '504 dependency-timeout',
    ],
  ])('its error of %s is answered as what it is', async (_what, error, words) => {
    expect(await told(error)).toEqual(both(words));
  });

  it('a server that cannot be reached is answered 503', async () => {
    const url = `mongodb://u:${SECRET}@127.0.0.1:${await refusedPort()}/d`;
    const client = new mongoose.mongo.MongoClient(url, { serverSelectionTimeoutMS: 1 });

    const error = await thrownBy(() => client.db('d').collection('users').findOne({}));

    expect(await told(error)).toEqual(both('503 dependency-unavailable'));
    await client.close();
  });
});
