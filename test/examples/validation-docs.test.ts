import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import request, { type Response } from 'supertest';
import { app } from '../../examples/validation/index.ts';
import { fencedBlocks } from '../support/regions.ts';

const FIXTURE = join(__dirname, '..', 'validation', 'fixtures', 'examples.mts');
const TSCONFIG = join(__dirname, '..', 'tsconfig.json');

const [faults, wrongType] = fencedBlocks('docs/validation.md').filter(({ language }) => language === 'http');

const withIds = (text: string | undefined, response: Response): string =>
  (text ?? '')
    .replaceAll('3f0c6e0e-8d53-4c39-9d6a-5b8f1f4c3b21', response.headers['x-request-id'] ?? '')
    .replaceAll('4bf92f3577b34da6a3ce929d0e0e4736', response.body.traceId);

describe('docs/validation.md', () => {
  it('shows the answer to a request that is not valid, byte for byte but for the ids', async () => {
    const response = await request(app).post('/orders?dryRun=maybe').send({ productId: '', quantity: 'two' });

    expect(withIds(faults?.text, response)).toBe(
      `HTTP/1.1 422 Unprocessable Entity\nContent-Type: ${response.headers['content-type']}\n\n${response.text}`,
    );
  });

  it('shows the answer to a body of a wrong type, byte for byte but for the ids', async () => {
    const response = await request(app).post('/orders').set('Content-Type', 'text/plain').send('tea');

    const head = [
      'HTTP/1.1 415 Unsupported Media Type',
      `Content-Type: ${response.headers['content-type']}`,
      `Accept: ${response.headers.accept}`,
      `Accept-Post: ${response.headers['accept-post']}`,
    ];
    expect(withIds(wrongType?.text, response)).toBe(`${head.join('\n')}\n\n${response.text}`);
  });

  it('shows schemas of valibot and arktype that do what those of zod do', async () => {
    const tsx = require.resolve('tsx/cli');

    const { stdout } = await promisify(execFile)(process.execPath, [tsx, '--tsconfig', TSCONFIG, FIXTURE]);

    const parsed = {
      query: { dryRun: 'no' },
      headers: { 'x-tenant': 'acme' },
      body: { productId: 'tea', quantity: 2 },
    };
    const places = expect.arrayContaining([
      { detail: expect.any(String), in: 'query', name: 'dryRun' },
      { detail: expect.any(String), in: 'headers', name: 'x-tenant' },
      { detail: expect.any(String), pointer: '#/productId' },
      { detail: expect.any(String), pointer: '#/quantity' },
    ]);
    expect(JSON.parse(stdout)).toEqual([
      [parsed, places],
      [parsed, places],
    ]);
  }, 60_000);
});
