import { jest } from '@jest/globals';

/** The errors of a copy of the package. */
export type Copy = typeof import('../../src/errors/index.ts');

/** The errors of a second copy of the package, as a duplicate install has them. */
export const loadCopy = async (): Promise<Copy> => {
  const copies: Copy[] = [];
  await jest.isolateModulesAsync(async () => {
    copies.push(await import('../../src/errors/index.ts'));
  });
  const [copy] = copies;
  if (copy === undefined) throw new Error('no copy was loaded');
  return copy;
};
