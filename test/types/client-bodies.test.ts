import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import { type Answer, answerOf, type CallOptions } from '../../src/index.ts';

/** Bodies of every kind; whether they fit is the compiler's business. */
const bodies: readonly CallOptions['body'][] = [
  undefined,
  'text',
  Buffer.from('bytes'),
  new Uint8Array(1),
  new ArrayBuffer(1),
  new URLSearchParams(),
  new FormData(),
  new Blob([]),
  Readable.from(['a']),
  new Blob([]).stream(),
  (async function* () {
    yield 'a';
  })(),
  () => 'text',
  async () => new FormData(),
  () => Readable.from(['a']),
];

describe('types of a call', () => {
  it('take bodies of every kind, and none that cannot be sent', () => {
    // @ts-expect-error a date is no body
    const bad: CallOptions = { body: new Date() };
    // @ts-expect-error what a function makes must be a body
    const worse: CallOptions = { body: () => 7 };

    expect([bodies.length, bad, worse]).toHaveLength(3);
  });

  it('take a key, or true for one', () => {
    expectTypeOf<CallOptions['idempotencyKey']>().toEqualTypeOf<string | true | undefined>();
    expectTypeOf<CallOptions['maxRedirects']>().toEqualTypeOf<number | undefined>();
  });

  it('give the answer behind anything caught', () => {
    expectTypeOf(answerOf).parameter(0).toBeUnknown();
    expectTypeOf(answerOf).returns.toEqualTypeOf<Answer | undefined>();
    expectTypeOf<Answer['reason']>().toEqualTypeOf<string | undefined>();
    expectTypeOf<Answer['redirected']>().toEqualTypeOf<boolean>();
  });
});
