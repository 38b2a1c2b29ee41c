import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readScript } from '../support/child.ts';

describe('libraries that take a fetch', () => {
  // In a process of its own: some of them are modules that Jest cannot load.
  it('work with that of a client: ky, @octokit/request, openai', async () => {
    const seen = await readScript(join(__dirname, 'fixtures', 'fetch-libraries.ts'));

    expect(seen).toEqual({
      viaKy: { url: '/ky', body: '{"a":1}' },
      missing: 'HTTPError',
      octokit: { url: '/repos/us', body: '' },
      said: ['a', 'b'],
      models: expect.objectContaining({ url: '/v1/models/m' }),
      refused: 'CircuitOpenError',
    });
  }, 60_000);
});
