import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import {
  type ContextOptions,
  getContext,
  type RequestContext,
  requestContext,
} from '../../src/context/index.ts';
import { createLogger } from '../../src/logging/index.ts';
import { captureLogs } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';
import { exchange, serve } from '../support/sockets.ts';
import { strictBaggage } from '../support/strict-w3c.ts';

/** What is left of these `baggage` lines. */
const readLines = async (
  lines: readonly string[],
  baggage: ContextOptions['baggage'],
  more: ContextOptions = {},
): Promise<Pick<RequestContext, 'baggage' | 'loggedBaggage'>> => {
  const records: RequestContext[] = [];
  const context = requestContext({ baggage, ...more });
  const served = await serve((req, res) =>
    context(req, res, () => {
      records.push(getContext());
      res.end();
    }),
  );
  const head = lines.map((line) => `baggage: ${line}\r\n`).join('');
  await exchange(served.port, `GET / HTTP/1.1\r\nHost: a\r\n${head}Connection: close\r\n\r\n`);
  await served.close();
  const [record] = records;
  if (record === undefined) throw new Error('the request was not served');
  return record;
};

const both = (...keys: readonly string[]) => ({ log: keys, propagate: keys });

describe('baggage', () => {
  it.each([
    ['the default', undefined],
    ['false', false],
    ['lists without keys', { log: [], propagate: [] }],
  ] as const)('goes nowhere by %s', async (_what, option) => {
    const read = await readLines(['tenant=acme'], option);

    expect(read.baggage).toBeUndefined();
    expect(read.loggedBaggage).toBeUndefined();
  });

  it('goes where its key is listed, and nowhere else', async () => {
    const { baggage, loggedBaggage } = await readLines(['tenant=acme,user=ada,plan=gold'], {
      log: ['tenant'],
      propagate: ['plan'],
    });

    expect(baggage).toBe('plan=gold');
    expect({ ...loggedBaggage }).toEqual({ tenant: 'acme' });
  });

  it('goes nowhere from a caller who is not trusted', async () => {
    const read = await readLines(['tenant=acme'], both('tenant'), { trust: 'never' });

    expect(read.baggage).toBeUndefined();
    expect(read.loggedBaggage).toBeUndefined();
  });

  it('is read from several lines in order, the first of a key', async () => {
    const { baggage, loggedBaggage } = await readLines(['b=1 , a = 2', 'a=3,c=4'], both('a', 'b', 'c'));

    expect(baggage).toBe('b=1,a=2,c=4');
    expect({ ...loggedBaggage }).toEqual({ a: '2', b: '1', c: '4' });
  });

  it('keeps properties and encoding where it is passed on, and decodes the value for the log', async () => {
    const { baggage, loggedBaggage } = await readLines(
      ['name=J%C3%BCrgen%20%3D%2C%3B ; ttl = 5 ;public, sum=a=b==', 'SUM=x'],
      both('name', 'sum'),
    );

    expect(baggage).toBe('name=J%C3%BCrgen%20%3D%2C%3B;ttl=5;public,sum=a=b==');
    expect({ ...loggedBaggage }).toEqual({ name: 'Jürgen =,;', sum: 'a=b==' });
  });

  it.each([
    ['bytes that are no UTF-8', 'a=%FF%C3', '\ufffd\ufffd'],
    ['a percent sign alone', 'a=5%', '5%'],
    ['a broken encoding', 'a=%zz%2', '%zz%2'],
    ['line breaks and escape sequences', 'a=x%0D%0Ay%1B%5B31m', 'xy[31m'],
    ['separators and marks of direction', 'a=x%E2%80%A8%E2%80%AEy', 'xy'],
    ['more than 256 characters', `a=${'v'.repeat(300)}`, 'v'.repeat(256)],
    ['a pair that the limit would halve', `a=${'v'.repeat(255)}%F0%9F%98%80`, 'v'.repeat(255)],
    ['nothing', 'a=', ''],
  ])('is harmless in the log: %s', async (_what, line, expected) => {
    const { loggedBaggage } = await readLines([line], both('a'));

    expect({ ...loggedBaggage }).toEqual({ a: expected });
  });

  it.each(['a', 'a b=1', 'a="1"', 'a=1;b=2;=3', 'a=1;b c', 'a=\\', 'a=\xe9', '=1'])(
    'loses the malformed member %p alone',
    async (member) => {
      const { baggage } = await readLines([`x=1,${member},y=2`], both('x', 'y', 'a'));

      expect(baggage).toBe('x=1,y=2');
    },
  );

  it('ends behind 64 members, those of all lines together', async () => {
    const keys = Array.from({ length: 70 }, (_each, index) => `k${index}`);
    const text = (some: readonly string[]) => some.map((key) => `${key}=1`).join(',');

    const { baggage = '' } = await readLines([text(keys.slice(0, 40)), text(keys.slice(40))], both(...keys));

    expect(strictBaggage(baggage)).toEqual(keys.slice(0, 64));
  });

  it('ends before the member that reaches beyond 8192 bytes', async () => {
    const member = (key: string, bytes: number) => `${key}=${'v'.repeat(bytes - 2)}`;

    const fits = await readLines([`${member('a', 4_095)},${member('b', 4_096)},c=1`], both('a', 'b', 'c'));
    const over = await readLines([`${member('a', 4_096)},${member('b', 4_096)},c=1`], both('a', 'b', 'c'));

    expect(strictBaggage(fits.baggage ?? '')).toEqual(['a', 'b']);
    expect(fits.baggage).toHaveLength(8_192);
    expect(strictBaggage(over.baggage ?? '')).toEqual(['a']);
  });

  it('has names that objects have, and stays a plain bag', async () => {
    const { loggedBaggage } = await readLines(['constructor=1,toString=2'], both('constructor', 'toString'));

    expect(Object.getPrototypeOf(loggedBaggage)).toBeNull();
    expect(Object.entries(loggedBaggage ?? {})).toEqual([
      ['constructor', '1'],
      ['toString', '2'],
    ]);
  });
});

describe.each(expressMajors)('baggage in log lines on $major', ({ express }) => {
  it('stands in a field of its own, over no id and over nothing without it', async () => {
    const logs = captureLogs();
    const logger = createLogger({ stream: logs.stream });
    const app = express();
    app.use(requestContext({ baggage: { log: ['requestId', 'tenant'] } }));
    app.get('/', (_req, res) => {
      logger.info({ baggage: 'of the line' }, 'here');
      res.end();
    });

    await request(app).get('/').set({ baggage: 'requestId=forged,tenant=acme', 'X-Request-ID': 'r-1' });
    await request(app).get('/').set({ 'X-Request-ID': 'r-2' });

    expect(logs.linesFor('r-1')).toMatchObject([{ baggage: { requestId: 'forged', tenant: 'acme' } }]);
    expect(logs.linesFor('r-2')).toMatchObject([{ baggage: 'of the line' }]);
  });
});
