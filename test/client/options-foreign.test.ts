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
    ['the name of a header', { ...given, headers: { 'Bearer hunter2': '' } }],
    ['allowedHosts', { ...given, allowedHosts: 'user:hunter2@h' }],
    ['an item of allowedHosts', { ...given, allowedHosts: ['user:hunter2@h'] }],
    ['propagateTo', { ...given, propagateTo: 'user:hunter2@h' }],
  ])('are not repeated where they may hold a secret: %s', (_place, options) => {
    expect(() => factory(options)).toThrow(/^(?!.*hunter2)/);
  });

  it.each([
    ['the options', 'token=hunter2'],
    ['a text', { query: 'token=hunter2' }],
    ['URLSearchParams', { query: new URLSearchParams({ token: 'hunter2' }) }],
    ['a Map', { query: new Map([['token', 'hunter2']]) }],
    ['a list', { query: [['token', 'hunter2']] }],
  ])('are refused when a call is made, and not repeated: %s for the query', async (_what, options) => {
    const client = createClient(given);

    const call = client.get('/x', options as never);

    await expect(call).rejects.toThrow(/^client "x": (?!.*hunter2).*must be an object/);
    await client.close();
  });
});
