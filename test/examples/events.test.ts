import { unsubscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { app, circuits, figures, noteCircuit } from '../../examples/events/index.ts';
import { EVENT_NAMES } from '../../src/index.ts';

const DOC = readFileSync(join(__dirname, '../../docs/events.md'), 'utf8');
const VOCABULARY = readFileSync(join(__dirname, '../../src/events/vocabulary.ts'), 'utf8');

/** The cells of the table's rows. */
const rows = DOC.split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim()));

const namesIn = (cell = ''): readonly string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

/** The type of each event, as EventMap says it, and the members of that type. */
const membersOf = (name: string): readonly string[] => {
  const [, type = ''] = new RegExp(`'${name}': (\\w+);`).exec(VOCABULARY) ?? [];
  const [, body = ''] = new RegExp(`interface ${type} \\{([^}]*)\\}`).exec(VOCABULARY) ?? [];
  return [...body.matchAll(/readonly (\w+)\??:/g)].map(([, member = '']) => member);
};

describe('examples/events', () => {
  // Channels are the process's, and it runs other tests.
  afterAll(() => {
    unsubscribe('express-breakwater:circuit.opened', noteCircuit);
  });

  it('hears of failures, calls and circuits', async () => {
    await request(app).get('/stock/tea');
    await request(app).get('/stock/lost').set('X-Request-ID', 'r-2');

    expect(figures).toMatchObject({
      failed: 1,
      lastRequestId: 'r-2',
      calls: 2,
      slowest: { dependency: 'stock' },
    });
    expect(circuits.map((event) => JSON.parse(event))).toMatchObject([{ dependency: 'stock', to: 'open' }]);
  });
});

describe('docs/events.md', () => {
  it('lists every event', () => {
    expect(rows.flatMap(([, names]) => namesIn(names)).toSorted()).toEqual(EVENT_NAMES.toSorted());
  });

  it.each(EVENT_NAMES)('lists what %s tells', (name) => {
    const [, , , told] = rows.find(([, names]) => namesIn(names).includes(name)) ?? [];

    expect(namesIn(told).toSorted()).toEqual(membersOf(name).toSorted());
  });
});
