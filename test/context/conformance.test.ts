import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from '../../src/client/index.ts';
import { getContext, propagationHeaders, requestContext } from '../../src/context/index.ts';
import { expressMajors } from '../support/express.ts';
import { exchange, type Served, serve } from '../support/sockets.ts';
import { type StrictTrace, strictTrace } from '../support/strict-w3c.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const PARENT = `00-${TRACE}-${SPAN}-01`;

/** How a service makes its own calls. */
interface Caller {
  call(url: string): Promise<unknown>;
  close(): Promise<void>;
}

const callByClient = (baseUrl: string): Caller => {
  const client = createClient({ name: 'next', baseUrl });
  return { call: (url) => client.post(url, { json: [] }), close: () => client.close() };
};

const callByFetch = (): Caller => ({
  call: async (url) => {
    const answer = await fetch(url, { method: 'POST', headers: propagationHeaders(getContext()) });
    await answer.text();
  },
  close: async () => undefined,
});

const ways: readonly [string, (baseUrl: string) => Caller][] = [
  ['our client', callByClient],
  ['fetch with our headers', callByFetch],
];

const cases = expressMajors.flatMap(({ major, express }) =>
  ways.map(([way, createCaller]) => ({ major, express, way, createCaller })),
);

const members = (count: number): string =>
  Array.from({ length: count }, (_each, index) => `k${index}=${index}`).join(',');

const PRINTABLE = Array.from({ length: 0x7f - 0x20 }, (_each, index) => String.fromCharCode(0x20 + index))
  .filter((char) => char !== ',' && char !== '=')
  .join('');

describe.each(cases)('W3C Trace Context level 2 on $major by $way', ({ express, createCaller }) => {
  let next: Served;
  let service: Served;
  let caller: Caller;
  const received: (readonly string[])[] = [];

  beforeAll(async () => {
    next = await serve((req, res) => {
      received.push(req.rawHeaders);
      req.resume();
      res.end();
    });
    caller = createCaller(next.url);
    const app = express();
    app.use(requestContext());
    app.get('/call/:count', async (req, res) => {
      for (let left = Number(req.params.count); left > 0; left -= 1) await caller.call(`${next.url}/`);
      res.end();
    });
    service = await serve(app);
  });

  afterAll(async () => {
    await service.close();
    await caller.close();
    await next.close();
  });

  /** The traces that a service sends on when it is sent these header lines. */
  const sentOn = async (lines: readonly string[], count = 1): Promise<readonly StrictTrace[]> => {
    received.length = 0;
    const head = [`GET /call/${count} HTTP/1.1`, 'Host: a', ...lines, 'Connection: close'];
    await exchange(service.port, `${head.join('\r\n')}\r\n\r\n`);
    expect(received).toHaveLength(count);
    return received.map(strictTrace);
  };

  const sentOnOnce = async (...lines: readonly string[]): Promise<StrictTrace> => {
    const [trace] = await sentOn(lines);
    if (trace === undefined) throw new Error('the service made no call');
    return trace;
  };

  it('begins a trace without headers, its id random, not sampled', async () => {
    const trace = await sentOnOnce();

    expect(trace.flags).toBe(0b10);
    expect(trace.state.size).toBe(0);
  });

  it.each([
    ['plain', `traceparent: ${PARENT}`],
    ['its name in mixed case', `TrAcEpArEnT: ${PARENT}`],
    ['its name in upper case', `TRACEPARENT: ${PARENT}`],
    ['space around it', `traceparent: \t ${PARENT} \t`],
    ['a later version', `traceparent: cc-${TRACE}-${SPAN}-01`],
    ['a later version with more fields', `traceparent: cc-${TRACE}-${SPAN}-01-what-comes, then`],
  ])('continues a traceparent: %s', async (_what, line) => {
    const trace = await sentOnOnce(line);

    expect(trace.traceId).toBe(TRACE);
    expect(trace.spanId).not.toBe(SPAN);
    expect(trace.flags & 1).toBe(1);
  });

  it.each(['00', '01', '02', '03', 'fc', 'ff'])(
    'passes sampled and random of flags %s on alone',
    async (flags) => {
      const trace = await sentOnOnce(`traceparent: 00-${TRACE}-${SPAN}-${flags}`);

      expect(trace.traceId).toBe(TRACE);
      expect(trace.flags).toBe(Number.parseInt(flags, 16) & 0b11);
    },
  );

  it.each([
    ['sent twice', `traceparent: ${PARENT}`, `traceparent: 00-${TRACE}-${SPAN.replace('b', 'c')}-01`],
    ['of a later version, sent twice', ...Array(2).fill(`traceparent: cc-${TRACE}-${SPAN}-01-more`)],
    ['under another name', `trace-parent: ${PARENT}`, `trace.parent: ${PARENT}`],
    ['of version 00 with a dot behind', `traceparent: ${PARENT}.`],
    ['of version 00 with more fields', `traceparent: ${PARENT}-what-comes`],
    ['of a later version whose flags go on', `traceparent: cc-${TRACE}-${SPAN}-01.what-comes`],
    ['of version ff', `traceparent: ff-${TRACE}-${SPAN}-01`],
    ['of a version that is no number', `traceparent: .0-${TRACE}-${SPAN}-01`],
    ['of a version that ends in a dot', `traceparent: 0.-${TRACE}-${SPAN}-01`],
    ['of a long version', `traceparent: 000-${TRACE}-${SPAN}-01`],
    ['of a longer version', `traceparent: 0000-${TRACE}-${SPAN}-01`],
    ['of a short version', `traceparent: 0-${TRACE}-${SPAN}-01`],
    ['with a trace id of zeros', `traceparent: 00-${'0'.repeat(32)}-${SPAN}-01`],
    ['with a dot in the trace id', `traceparent: 00-.${TRACE.slice(1)}-${SPAN}-01`],
    ['with a trace id in upper case', `traceparent: 00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ['with a long trace id', `traceparent: 00-${TRACE}3-${SPAN}-01`],
    ['with a short trace id', `traceparent: 00-${TRACE.slice(1)}-${SPAN}-01`],
    ['with a span id of zeros', `traceparent: 00-${TRACE}-${'0'.repeat(16)}-01`],
    ['with a dot in the span id', `traceparent: 00-${TRACE}-${SPAN.slice(1)}.-01`],
    ['with a long span id', `traceparent: 00-${TRACE}-${SPAN}7-01`],
    ['with a short span id', `traceparent: 00-${TRACE}-${SPAN.slice(1)}-01`],
    ['with a dot in the flags', `traceparent: 00-${TRACE}-${SPAN}-.0`],
    ['with flags that end in a dot', `traceparent: 00-${TRACE}-${SPAN}-0.`],
    ['with long flags', `traceparent: 00-${TRACE}-${SPAN}-001`],
    ['with short flags', `traceparent: 00-${TRACE}-${SPAN}-1`],
  ])('begins a trace, and drops the tracestate, for a traceparent %s', async (_what, ...lines) => {
    const trace = await sentOnOnce(...lines, 'tracestate: foo=1');

    expect([TRACE, TRACE.slice(1)]).not.toContain(trace.traceId);
    expect(trace.flags).toBe(0b10);
    expect(trace.state.size).toBe(0);
  });

  it('drops a tracestate without a traceparent', async () => {
    const { state } = await sentOnOnce('tracestate: foo=1,bar=2');

    expect(state.size).toBe(0);
  });

  it.each<[string, readonly string[], Record<string, string>]>([
    ['two members', ['tracestate: foo=1,bar=2'], { foo: '1', bar: '2' }],
    ['its name in mixed case', ['TraceState: foo=1'], { foo: '1' }],
    ['its name in upper case', ['TRACESTATE: foo=1'], { foo: '1' }],
    [
      'several lines, in order',
      ['tracestate: foo=1,bar=2', 'tracestate: rojo=1,congo=2', 'tracestate: baz=3'],
      { foo: '1', bar: '2', rojo: '1', congo: '2', baz: '3' },
    ],
    ['an empty line before', ['tracestate:', 'tracestate: foo=1'], { foo: '1' }],
    ['an empty line behind', ['tracestate: foo=1', 'tracestate:'], { foo: '1' }],
    ['space around members', ['tracestate: foo=1 \t , \t bar=2, \t baz=3'], { foo: '1', bar: '2', baz: '3' }],
    ['space at its ends', ['tracestate: \t foo=1 \t'], { foo: '1' }],
    ['a key twice in one line', ['tracestate: foo=1,foo=2'], { foo: '1' }],
    ['a key twice in two lines', ['tracestate: foo=1', 'tracestate: foo=2'], { foo: '1' }],
    ['every character of keys', ['tracestate: a0_-*/@z=1'], { 'a0_-*/@z': '1' }],
    ['every character of values', [`tracestate: foo=${PRINTABLE}`], { foo: PRINTABLE }],
    [
      'keys that level 1 refused',
      ['tracestate: foo@=1,a@@b=2,a@b@c=3,0x=4'],
      { 'foo@': '1', 'a@@b': '2', 'a@b@c': '3', '0x': '4' },
    ],
    [
      'a key of 256 characters',
      [`tracestate: foo=1,${'z'.repeat(256)}=1`],
      { foo: '1', ['z'.repeat(256)]: '1' },
    ],
    ['a long tenant', [`tracestate: ${'t'.repeat(242)}@v=1`], { [`${'t'.repeat(242)}@v`]: '1' }],
    ['a value of 256 characters', [`tracestate: foo=${'v'.repeat(256)}`], { foo: 'v'.repeat(256) }],
  ])('passes a tracestate on: %s', async (_what, lines, expected) => {
    const { traceId, state } = await sentOnOnce(`traceparent: ${PARENT}`, ...lines);

    expect(traceId).toBe(TRACE);
    expect([...state]).toEqual(Object.entries(expected));
  });

  it('passes 32 members on', async () => {
    const { state } = await sentOnOnce(`traceparent: ${PARENT}`, `tracestate: ${members(32)}`);

    expect([...state.keys()].join()).toBe(members(32).replaceAll(/=\d+/g, ''));
  });

  it.each([
    ['under another name', 'trace-state: foo=1'],
    ['that is empty', 'tracestate:'],
    ['with a space in a key', 'tracestate: foo =1'],
    ['with a key in upper case', 'tracestate: FOO=1'],
    ['with a dot in a key', 'tracestate: foo.bar=1'],
    ['with a key that begins with @', 'tracestate: @foo=1,bar=2'],
    ['with an empty key', 'tracestate: =1,bar=2'],
    ['with a key of 257 characters', `tracestate: foo=1,${'z'.repeat(257)}=1`],
    ['with 33 members', `tracestate: ${members(33)}`],
    ['with two equals signs', 'tracestate: foo=bar=baz'],
    ['with an empty value', 'tracestate: foo=,bar=3'],
    ['with a value of 257 characters', `tracestate: foo=${'v'.repeat(257)}`],
    ['with a member that is no pair', 'tracestate: foo=1,bar'],
  ])('continues the trace without a tracestate %s', async (_what, line) => {
    const { traceId, state } = await sentOnOnce(`traceparent: ${PARENT}`, line);

    expect(traceId).toBe(TRACE);
    expect(state.size).toBe(0);
  });

  it.each([
    ['a trace that it continues', [`traceparent: ${PARENT}`]],
    ['a trace that it begins', []],
    ['a trace that it begins for a bad header', [`traceparent: 00-${'0'.repeat(32)}-${SPAN}-01`]],
  ])('names a span of its own for each of several calls in %s', async (_what, lines) => {
    const traces = await sentOn(lines, 3);

    expect(new Set(traces.map(({ traceId }) => traceId)).size).toBe(1);
    expect(new Set([SPAN, ...traces.map(({ spanId }) => spanId)]).size).toBe(4);
  });
});
