import { IncomingMessage, request, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readScript } from '../support/child.ts';
import { lineFor } from './lines.ts';

/** Most of these libraries are ES modules alone, which Jest does not load: they run in a process of their own. */
const runChild = (): Promise<{ found: string[]; lines: number; errors: number }> =>
  readScript(join(__dirname, 'fixtures', 'client-errors.ts'));

describe('errors of HTTP clients', () => {
  it('show no credential, cookie, query or password of the call, however they are logged', async () => {
    const { found, lines, errors } = await runChild();

    expect(found).toEqual([]);
    expect(errors).toBe(11);
    expect(lines).toBeGreaterThan(errors * 40);
  });
});

describe('the parts that such errors have', () => {
  it.each([
    ['the credentials of a request', { auth: 'app:hunter2' }],
    ['a query, inspected', "URLSearchParams { 'q' => 'a}hunter2', 'b' => 'it\\'s hunter2' }"],
    ['a query that was cut off', "URLSearchParams { 'q' => 'hunter2"],
  ])('hide %s', (_what, part) => {
    expect(lineFor({ part }).text).not.toContain('hunter2');
  });

  it('have method and path alone, where they are a request that was sent', () => {
    const sent = request('http://127.0.0.1:1/orders?key=hunter2', {
      method: 'PUT',
      headers: { 'X-Tenant': 'hunter2' },
    });
    sent.on('error', () => undefined).destroy();

    expect(lineFor({ sent })).toMatchObject({ sent: { method: 'PUT', path: '/orders' } });
    expect(lineFor({ sent }).text).not.toContain('hunter2');
  });

  it('have the status alone, where they are an answer of ours', () => {
    const answer = new ServerResponse(new IncomingMessage(new Socket()));
    answer.statusCode = 204;
    answer.setHeader('X-Tenant', 'hunter2');

    expect(lineFor({ answer })).toMatchObject({ answer: { status: 204 } });
    expect(lineFor({ answer }).text).not.toContain('hunter2');
  });
});
