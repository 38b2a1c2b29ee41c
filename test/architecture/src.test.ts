import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as rules from './rules.ts';
import { readSources } from './source.ts';

describe('the sources', () => {
  const files = readSources(join(__dirname, '..', '..', 'src'));

  it('were found', () => {
    const paths = files.map((file) => file.path);

    expect(paths).toContain('index.ts');
  });

  it.each(Object.entries(rules))('keep the rule: %s', (_name, rule) => {
    const found = rule(files);

    expect(found).toEqual([]);
  });
});
