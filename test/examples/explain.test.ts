import { describe, expect, it } from '@jest/globals';
import { figures, spare, words } from '../../examples/explain/index.ts';
import { CONTRADICTORY, CONTRADICTORY_IN_ONE_PART } from '../resilience/contradictory.ts';
import { fencedBlocks, readText } from '../support/regions.ts';

const PAGE = 'docs/explain.md';

/** The first two cells of each row under a heading whose first cell is the name of an option. */
const rowsUnder = (heading: string): readonly string[] => {
  const [, text = ''] = readText(PAGE).split(heading);
  const [table = ''] = text.split('\n\nThe defaults');
  return table.split('\n').filter((line) => line.startsWith('| `'));
};

/** The options that a text names in full. */
const optionsIn = (text: string, quoted: RegExp): readonly string[] => [
  ...new Set([...text.matchAll(quoted)].map(([, name = '']) => name)),
];

describe(PAGE, () => {
  it('shows what the example says of itself', () => {
    const [, said, spared] = fencedBlocks(PAGE).map(({ text }) => text);

    expect([said, spared]).toEqual([words, spare()]);
  });

  it('lists every figure', () => {
    const [, text = ''] = readText(PAGE).split('## The figures');
    const [table = ''] = text.split('`undefined` stands');
    const named = [...table.matchAll(/^\| (`[^|]+`) +\|/gm)].flatMap(([, cell = '']) =>
      optionsIn(cell, /`(\w+)`/g),
    );

    expect(named.toSorted()).toEqual(
      Object.keys(figures)
        .filter((name) => name !== 'name')
        .toSorted(),
    );
  });

  it('lists the options that contradict each other, and no others', () => {
    const listed = rowsUnder('## Options that contradict each other').map((row) =>
      optionsIn(row.split('|').slice(1, 3).join(), /`((?:timeout|retry|breaker|bulkhead|hedge)\.[\w.]+)`/g)
        .filter((name) => name !== 'breaker.scope')
        .toSorted()
        .join(' '),
    );
    const refused = [...CONTRADICTORY, ...CONTRADICTORY_IN_ONE_PART].map(([, message]) =>
      optionsIn(message, /"([\w.]+)"/g)
        .toSorted()
        .join(' '),
    );

    expect(listed.toSorted()).toEqual(refused.toSorted());
  });
});
