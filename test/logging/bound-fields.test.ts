import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { addContext, requestContext } from '../../src/context/index.ts';
import { accessLog, createLogger } from '../../src/logging/index.ts';
import { captureLogs } from '../../src/testing/index.ts';
import { expressMajors } from '../support/express.ts';

describe.each(expressMajors)(
  'a field that is bound under a name of the access line on $major',
  ({ express }) => {
    it('is printed where the line has no value of its own, and gives way where it has one', async () => {
      const logs = captureLogs();
      const bound = { code: 'c', slow: 's', ip: 'i', headers: 'h', sampleRate: 'r', input: 'n', query: 'q' };
      const app = express();
      app.use(requestContext());
      app.use(accessLog({ logger: createLogger({ stream: logs.stream }), ip: 'off' }));
      app.use((_req, res) => {
        addContext({ ...bound, status: 'vip', path: '/theirs' });
        res.end();
      });

      await request(app).get('/a');

      const line = await logs.waitFor(({ event }) => event === 'http.server.request');
      expect(line).toMatchObject({ ...bound, status: 200, path: '/a' });
      logs.expectNoDuplicateKeys();
    });
  },
);
