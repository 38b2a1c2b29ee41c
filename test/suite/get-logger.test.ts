import { describe, expect, it } from '@jest/globals';
import { breakwater } from '../../src/suite/index.ts';
import { captureLogs } from '../../src/testing/index.ts';

const setUp = (levels?: Readonly<Record<string, string>>) => {
  const logs = captureLogs();
  const { getLogger, logger } = breakwater({ service: 'orders', log: { stream: logs.stream, levels } });
  return { logs, getLogger, logger };
};

describe('getLogger', () => {
  it('gives the lines of a part of the app its name, and the same logger to the same name', () => {
    const { logs, getLogger } = setUp();

    getLogger('orders.repo').info('found');

    expect(getLogger('orders.repo')).toBe(getLogger('orders.repo'));
    expect(logs.lines).toMatchObject([{ service: 'orders', logger: 'orders.repo', msg: 'found' }]);
  });

  it('takes the level of the longest name that fits, up to a dot', () => {
    const { getLogger } = setUp({ orders: 'warn', 'orders.repo': 'debug' });
    const names = ['orders', 'orders.http', 'orders.repo', 'orders.repo.sql', 'ordersX', 'users'];

    const levels = names.map((name) => getLogger(name).level);

    expect(levels).toEqual(['warn', 'warn', 'debug', 'debug', 'info', 'info']);
  });

  it('keeps two apps apart', () => {
    const [one, two] = [setUp(), setUp()];

    one.getLogger('repo').info('of one');

    expect(one.logs.lines).toHaveLength(1);
    expect(two.logs.lines).toHaveLength(0);
  });

  it('does not keep names without end', () => {
    const { getLogger } = setUp();
    for (let made = 0; made < 1_000; made += 1) getLogger(`name-${made}`);

    const [first, second] = [getLogger('one more'), getLogger('one more')];

    expect(first).not.toBe(second);
    expect(getLogger('name-0')).toBe(getLogger('name-0'));
  });

  it('refuses levels that do not exist and names that say nothing', () => {
    const { getLogger } = setUp();

    expect(() => setUp({ repo: 'loud' })).toThrow(
      /breakwater: option "log.levels.repo" must be one of trace/,
    );
    expect(() => getLogger('')).toThrow(/getLogger: option "name"/);
  });
});
