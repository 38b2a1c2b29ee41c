import { describe, expect, it } from '@jest/globals';
import { matchesHost, readHost, readHosts } from '../../src/context/index.ts';

const allows = (rule: string, url: string): boolean => matchesHost(readHosts([rule]), new URL(url));

describe('readHost', () => {
  it.each([
    ['users', 'users', undefined],
    ['USERS.internal:8080', 'users.internal', '8080'],
    ['users.internal.', 'users.internal', undefined],
    ['[::1]:80', '[::1]', '80'],
    ['[0:0:0:0:0:0:0:1]', '[::1]', undefined],
    ['127.1', '127.0.0.1', undefined],
    ['users:0443', 'users', '443'],
    ['my_host', 'my_host', undefined],
  ])('reads %s', (given, hostname, port) => {
    expect(readHost(given)).toEqual({ hostname, port });
  });

  it.each([
    ...[
      '',
      '.',
      'http://users',
      'users/',
      'users:',
      'users:65536',
      'users:x',
      '*.internal',
      'a b',
      'u@users',
    ],
    ...['::1', '[::1', '[::zz]', '1.2.3.4.5', undefined, 7, ['users'], { toString: () => 'users' }],
  ])('refuses %j', (given) => {
    expect(readHost(given)).toBeUndefined();
  });
});

describe('matchesHost', () => {
  it.each([
    ['users.internal', 'http://users.internal/a'],
    ['users.internal', 'https://USERS.internal.:444/a?b'],
    ['users.internal.', 'http://users.internal'],
    ['users:80', 'http://users/'],
    ['users:443', 'https://users/'],
    ['users:443', 'http://users:443/'],
    ['users:80', 'https://users:80/'],
    ['[::1]:8080', 'http://[0:0::1]:8080/'],
    ['127.0.0.1', 'http://2130706433/'],
  ])('by the rule %s allows %s', (rule, url) => {
    expect(allows(rule, url)).toBe(true);
  });

  it.each([
    ['users:80', 'https://users/'],
    ['users:8080', 'http://users/'],
    ['users.internal', 'http://evil.example/?to=users.internal'],
    ['users.internal', 'http://evil.example/users.internal'],
    ['users.internal', 'http://evil.example/#users.internal'],
    ['users.internal', 'http://users.internal.evil.example/'],
    ['users.internal', 'http://evilusers.internal/'],
    ['users.internal', 'http://users.internal@evil.example/'],
    ['users.internal', 'http://users.internal:80@evil.example/'],
    ['users.internal', 'http://usersxinternal/'],
    ['internal', 'http://users.internal/'],
  ])('by the rule %s does not allow %s', (rule, url) => {
    expect(allows(rule, url)).toBe(false);
  });
});
