import { describe, expect, it } from '@jest/globals';
import { CLIENT_DEFAULTS } from '../../src/client/index.ts';
import { BREAKER_DEFAULTS } from '../../src/resilience/breaker/index.ts';
import { BULKHEAD_DEFAULTS } from '../../src/resilience/bulkhead/index.ts';
import { PAUSE_DEFAULTS } from '../../src/resilience/pause/index.ts';
import { RETRY_DEFAULTS } from '../../src/resilience/retry/index.ts';
import { TIMEOUT_DEFAULTS } from '../../src/resilience/timeout/index.ts';
import { readText } from '../support/regions.ts';

/** A nested literal as rows of path and JSON; what is `undefined` has no default to show. */
const rowsOf = (value: unknown, path: string): [string, string][] => {
  if (value === undefined) return [];
  const nested =
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
  if (!nested) return [[path, JSON.stringify(value)]];
  return Object.entries(value).flatMap(([key, member]) =>
    rowsOf(member, path === '' ? key : `${path}.${key}`),
  );
};

const { timeout, retry, ...own } = CLIENT_DEFAULTS;
const expected = rowsOf(
  {
    ...own,
    timeout: { ...TIMEOUT_DEFAULTS, ...timeout },
    retry: { ...RETRY_DEFAULTS, ...retry },
    breaker: BREAKER_DEFAULTS,
    bulkhead: BULKHEAD_DEFAULTS,
    hedge: false,
    pause: PAUSE_DEFAULTS,
  },
  '',
);

describe('docs/client.md', () => {
  it('states the defaults that the code has', () => {
    const [, table = ''] = readText('docs/client.md').split('## Options and their defaults');

    const stated = [...table.matchAll(/^\| `([\w.]+)` +\| `([^`]+)` +\|/gm)].map(([, name, value]) => [
      name,
      value,
    ]);

    expect(Object.fromEntries(stated)).toEqual(Object.fromEntries(expected));
  });
});
