import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { createClient } from '../../src/client/index.ts';

// Types forbid these; users without types write them.
const factory = createClient as unknown as (options: unknown) => unknown;
const given = { name: 'x', baseUrl: 'http://h' };

describe('options that only look right', () => {
  it.each([
    [{ events: new EventEmitter() }, /"events" must be a hub made by createEventHub/],
    [{ clock: {} }, /"clock" must be a clock/],
    [{ headers: new Headers({ a: 'b' }) }, /"headers"/],
  ])('are refused when the client is made: %o', (change, message) => {
    expect(() => factory({ ...given, ...change })).toThrow(message);
  });

  it.each([
    ['options', 'http://user:hunter2@h'],
    ['headers', { ...given, headers: 'Bearer hunter2' }],
  ])('are not repeated where they may hold a secret: %s', (_place, options) => {
    expect(() => factory(options)).toThrow(/^(?!.*hunter2)/);
  });
});
