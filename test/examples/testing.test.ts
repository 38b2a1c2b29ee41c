import { describe, expect, it } from '@jest/globals';
import { retryStory } from '../../examples/testing/index.ts';

describe('examples/testing', () => {
  it('tries a retry policy on a real socket without waiting', async () => {
    const story = await retryStory();

    expect(story).toEqual({ product: { id: 'tea' }, attempts: 3, waitedMs: 3_000 });
  });
});
