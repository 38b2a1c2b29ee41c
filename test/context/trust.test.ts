import { describe, expect, it } from '@jest/globals';
import type { Request } from 'express';
import request from 'supertest';
import { getContext, requestContext } from '../../src/context/index.ts';
import { expressMajors } from '../support/express.ts';

describe.each(expressMajors)('trust on $major', ({ express }) => {
  it.each([
    [false, false],
    [1, true],
    ['loopback', true],
    ['10.0.0.0/8', false],
  ])('asks what Express trusts, by its own function: %p', async (setting, trusted) => {
    const app = express().set('trust proxy', setting);
    // As docs/tracing.md says it.
    const trust = (req: Request): boolean => req.app.get('trust proxy fn')(req.socket.remoteAddress, 0);
    app.use(requestContext({ trust }), (_req, res) => {
      res.end(getContext().requestId);
    });

    const { text } = await request(app).get('/').set('X-Request-ID', 'theirs');

    expect(text === 'theirs').toBe(trusted);
  });
});
