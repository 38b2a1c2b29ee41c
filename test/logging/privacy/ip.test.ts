import { describe, expect, it } from '@jest/globals';
import { createPrintIp, readIp, truncateIp } from '../../../src/logging/privacy/ip.ts';

const site = { where: 'accessLog' };

describe('readIp', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:4711', '203.0.113.7'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['[2001:db8::1]:4711', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:cb00:7107', '203.0.113.7'],
    ['0:0:0:0:0:ffff:203.0.113.7', '203.0.113.7'],
    ['::1', '::1'],
  ])('takes %s for %s', (given, address) => {
    expect(readIp(given)).toBe(address);
  });

  it.each([
    '',
    'unknown',
    '_hidden',
    '203.0.113',
    '203.0.113.7, 10.0.0.1',
    '1'.repeat(200),
    7,
    undefined,
    {},
  ])('takes %j for no address', (given) => {
    expect(readIp(given)).toBeUndefined();
  });
});

describe('truncateIp', () => {
  it.each([
    ['203.0.113.7', '203.0.113.0'],
    ['2001:db8:85a3:1:2:3:4:5', '2001:db8:85a3::'],
    ['2001:db8::1', '2001:db8::'],
    ['::1', '::'],
    ['1::', '1::'],
    ['a:b:c:d::', 'a:b:c::'],
    ['a::f:1:2:3', 'a::'],
  ])('makes of %s its network %s', (address, network) => {
    expect(truncateIp(address)).toBe(network);
  });

  it('leaves of a 6to4 address no more than of the IPv4 address in it', () => {
    // 192.0.2.4, whose network is 192.0.2.0.
    expect(truncateIp('2002:c000:204::1')).toBe('2002:c000:200::');
  });
});

describe('createPrintIp', () => {
  const hmac = { key: 'a key of sixteen', keyId: 'k1' };

  it('prints nothing, the network, the address, or a hash under the name of its key', () => {
    const printed = (['off', 'truncate', 'plain', 'hmac'] as const).map((ip) =>
      createPrintIp(site, { ip, hmac })('::ffff:203.0.113.7'),
    );

    // printf 203.0.113.7 | openssl dgst -sha256 -hmac 'a key of sixteen'
    expect(printed).toEqual([undefined, '203.0.113.0', '203.0.113.7', 'k1:3c7bf118e7cd7a14']);
  });

  it('prints the same hash however the address was written', () => {
    const print = createPrintIp(site, { ip: 'hmac', hmac });

    expect(print('2001:DB8:0::1')).toBe(print('[2001:db8::1]:80'));
  });
});
