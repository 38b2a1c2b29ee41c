import { describe, expect, it, jest } from '@jest/globals';
import { brandSymbol, hasBrand } from '../../src/kernel/index.ts';

describe('brandSymbol', () => {
  it('is the same symbol in every copy of the package', async () => {
    const symbols: symbol[] = [];
    for (const _copy of [1, 2])
      await jest.isolateModulesAsync(async () => {
        symbols.push((await import('../../src/kernel/index.ts')).brandSymbol('thing'));
      });

    expect(symbols).toEqual([brandSymbol('thing'), brandSymbol('thing')]);
  });
});

describe('hasBrand', () => {
  const brand = brandSymbol('thing');

  it('knows branded objects and functions, by their prototype too', () => {
    const marked = { [brand]: true };
    const found = [marked, Object.assign(() => 1, marked), Object.create(marked)].map((value) =>
      hasBrand(value, brand),
    );

    expect(found).toEqual([true, true, true]);
  });

  it('does not know values without the brand, and none that is no object', () => {
    const found = [{}, null, undefined, 1, 'text', { [brand]: 'yes' }].map((value) => hasBrand(value, brand));

    expect(found).toEqual([false, false, false, false, false, false]);
  });

  it('does not believe a proxy that answers anything with itself', () => {
    const yes: object = new Proxy({}, { get: () => yes });

    expect(hasBrand(yes, brand)).toBe(false);
  });

  it('survives a proxy that throws', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();

    expect(hasBrand(proxy, brand)).toBe(false);
  });
});
