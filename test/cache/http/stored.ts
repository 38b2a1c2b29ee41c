import type { StoredAnswer } from '../../../src/cache/http/stored-answer.ts';

/** When the answers of these tests came, in milliseconds since the Unix epoch. */
export const NOW = Date.UTC(2026, 0, 1, 12);

/** A stored answer that came just now, and took no time. */
export const storedAnswer = (change: Partial<StoredAnswer> = {}): StoredAnswer => ({
  status: 200,
  headers: {},
  body: Buffer.from('body'),
  requestedAt: NOW,
  receivedAt: NOW,
  selected: {},
  epoch: '',
  ...change,
});
