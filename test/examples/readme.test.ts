import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { app } from '../../examples/first-minute/index.ts';
import { fencedBlocks, readmeRegion, readText } from '../support/regions.ts';
import { exchange, serve } from '../support/sockets.ts';

const documents = [
  'README.md',
  ...readdirSync(join(__dirname, '..', '..', 'docs')).map((name) => `docs/${name}`),
];
const blocks = fencedBlocks('README.md');
const regions = documents.flatMap(fencedBlocks).filter(({ source }) => source.startsWith('region: '));
const code = blocks.filter(({ language }) => language === 'ts');
const [answer] = blocks.filter(({ language }) => language === 'http');
const commands = blocks.filter(({ language }) => language === 'sh').map(({ text }) => text);
const manifest = JSON.parse(readText('package.json'));

describe('README', () => {
  it('shows code only from examples that tests run', () => {
    const sources = code.map(({ source }) => source);

    expect(sources.every((source) => source.startsWith('region: examples/'))).toBe(true);
    expect(sources.length).toBeGreaterThanOrEqual(4);
  });

  it.each(regions)('shows, as the guides do, the code of $source as it stands there', ({ source, text }) => {
    expect(text).toBe(readmeRegion(source.replace('region: ', '')));
  });

  it('shows the answer that its first example gives, byte for byte but for ids and date', async () => {
    const served = await serve(app);

    const bytes = await exchange(
      served.port,
      'POST /orders HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    );

    await served.close();
    const shown = bytes
      .replaceAll(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g, '3f0c6e0e-8d53-4c39-9d6a-5b8f1f4c3b21')
      .replace(/(?<="traceId":")[\da-f]{32}/, '4bf92f3577b34da6a3ce929d0e0e4736')
      .replace(/(?<=Date: ).*(?=\r)/, 'Sat, 21 Nov 2026 12:00:00 GMT')
      .replaceAll('\r\n', '\n');
    expect(answer?.text).toBe(shown);
  });

  it('names commands that exist', () => {
    const scripts = commands.flatMap((command) =>
      [...command.matchAll(/npm (?:run )?(demo|test)/g)].map(([, name]) => name),
    );

    expect(scripts).toEqual(expect.arrayContaining(['demo', 'test']));
    expect(Object.keys(manifest.scripts)).toEqual(expect.arrayContaining(scripts));
  });

  it('links to files that are there', () => {
    const links = [...readText('README.md').matchAll(/\]\((?!https?:)([^)#]+)/g)].map(
      ([, path]) => path ?? '',
    );

    expect(links.filter((path) => !existsSync(join(__dirname, '..', '..', path)))).toEqual([]);
  });
});
