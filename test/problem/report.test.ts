import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { createReport } from '../../src/problem/report.ts';

describe('createReport', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const listen = (): string[] => {
    const warnings: string[] = [];
    jest.spyOn(process, 'emitWarning').mockImplementation((warning) => {
      warnings.push(String(warning));
    });
    return warnings;
  };

  it('quotes what it tells, so that nothing forges a line, and leaves secrets out', () => {
    const warnings = listen();

    createReport()('a mapper failed', new Error('map failed\nFAKE line\u2028password=hunter2'));

    expect(warnings).toEqual([
      String.raw`problemHandler: a mapper failed (told once): "map failed\nFAKE line\u2028password=[Redacted]"`,
    ]);
  });

  it('bounds what it tells', () => {
    const warnings = listen();

    createReport()('a mapper failed', new Error('x'.repeat(1_000_000)));

    expect(String(warnings[0]).length).toBeLessThan(200);
  });

  it('tells each fault once', () => {
    const warnings = listen();
    const report = createReport();

    report('a mapper failed', new Error('first'));
    report('a mapper failed', new Error('second'));
    report('answering failed', new Error('third'));

    expect(warnings).toEqual([
      'problemHandler: a mapper failed (told once): "first"',
      'problemHandler: answering failed (told once): "third"',
    ]);
  });
});
