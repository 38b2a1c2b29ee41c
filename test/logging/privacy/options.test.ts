import { createSecretKey } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { breakwater } from '../../../src/index.ts';
import { accessLog, createLogger } from '../../../src/logging/index.ts';

const KEY = 'hunter2hunter2hunter2';

describe('names that are listed', () => {
  it.each([
    'Authorization',
    'proxy-authorization',
    'Cookie',
    'set-cookie',
    'X-API-Key',
    'x-amz-security-token',
    'x-csrf-token',
    'x-my-secret',
    'x-passwd',
  ])('are refused where they name a secret: %s', (name) => {
    for (const option of ['headers', 'responseHeaders', 'query'])
      expect(() => accessLog({ [option]: ['accept', name] })).toThrow(
        new RangeError(
          `accessLog: option "${option}" must be a list of names whose values are no secrets, but was "${name}"`,
        ),
      );
  });

  it('are refused where they hold the address that "ip" hides', () => {
    expect(() => accessLog({ headers: ['X-Forwarded-For'] })).toThrow(
      'accessLog: option "headers" must be without headers that hold addresses unless "ip" is "plain", but was "X-Forwarded-For"',
    );
    expect(() => accessLog({ headers: ['X-Forwarded-For'], ip: 'plain' })).not.toThrow();
  });

  it.each([
    'Forwarded',
    'x-forwarded',
    'x-vercel-forwarded-for',
    'x-original-forwarded-for',
    'x-vercel-proxied-for',
    'X-Real-IP',
    'client-ip',
    'x-azure-clientip',
    'cf-connecting-ipv6',
    'x-envoy-external-address',
    'remote_addr',
  ])('are refused where they hold an address, of either list: %s', (name) => {
    for (const option of ['headers', 'responseHeaders']) {
      expect(() => accessLog({ [option]: [name] })).toThrow(`option "${option}" must be without headers`);
      expect(() => accessLog({ [option]: [name], ip: 'plain' })).not.toThrow();
    }
  });

  it.each([
    'x-forwarded-host',
    'X-Forwarded-Port',
    'x-forwarded-prefix',
    'x-forwarded-proto',
    'x-ship',
    'ip-country',
    'x-zip',
    'accept',
  ])('are taken where they hold none: %s', (name) => {
    expect(() => accessLog({ headers: [name], responseHeaders: [name] })).not.toThrow();
  });

  it.each([
    [{ headers: 'accept' }, TypeError],
    [{ headers: ['a b'] }, RangeError],
    [{ responseHeaders: ['a:b'] }, RangeError],
    [{ query: [''] }, RangeError],
    [{ query: Array(65).fill('a') }, RangeError],
    [{ ip: 'hash' }, RangeError],
  ])('are refused where they are none: %j', (options, kind) => {
    // @ts-expect-error wrong on purpose
    expect(() => accessLog(options)).toThrow(kind);
  });
});

describe('the key of hashes', () => {
  const short = KEY.slice(0, 15);
  const missing = /"hmac.key" must be a text, bytes or a secret KeyObject; the mode "hmac" needs it$/;

  it.each<[unknown, RegExp]>([
    [undefined, missing],
    [KEY, missing],
    [{ key: { hunter2: KEY }, keyId: 'k' }, missing],
    [{ key: '', keyId: 'k' }, missing],
    [{ key: short, keyId: 'k' }, /"hmac.key" must have at least 16 bytes, but has 15$/],
    [{ key: Buffer.from(short), keyId: 'k' }, /at least 16 bytes, but has 15$/],
    [{ key: KEY }, /"hmac.keyId" must be a text of 1 to 32/],
    [{ key: KEY, keyId: `${KEY} is no id` }, /"hmac.keyId" must be a text of 1 to 32/],
  ])('is refused without a word of it: %#', (hmac, message) => {
    const makers = [
      // @ts-expect-error wrong on purpose
      () => accessLog({ ip: 'hmac', hmac }),
      // @ts-expect-error wrong on purpose
      () => createLogger({ userId: 'hmac', hmac }),
      // @ts-expect-error wrong on purpose
      () => breakwater({ service: 'orders', log: { userId: 'hmac', hmac } }),
    ];

    for (const make of makers) {
      expect(make).toThrow(message);
      expect(make).not.toThrow(/hunter2/);
    }
  });

  it('is looked at even where no mode needs it yet', () => {
    const hmac = { key: short, keyId: 'k' };

    expect(() => accessLog({ hmac })).toThrow(RangeError);
    expect(() => createLogger({ userId: 'plain', hmac })).toThrow(RangeError);
  });

  it.each<[string, string | Uint8Array | ReturnType<typeof createSecretKey>]>([
    ['a text', KEY],
    ['bytes', new TextEncoder().encode(KEY)],
    ['a KeyObject', createSecretKey(KEY, 'utf8')],
  ])('may be %s, and is shown by nothing that was made with it', (_what, key) => {
    const logger = createLogger({ userId: 'hmac', hmac: { key, keyId: 'k' } });

    expect(inspect(logger, { depth: 10, showHidden: true })).not.toContain(KEY);
  });
});
