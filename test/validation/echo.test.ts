import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as v from 'valibot';
import { z } from 'zod';
import { isBreakwaterError, type RequestFault, ValidationError } from '../../src/errors/index.ts';
import { type StandardSchema, validate } from '../../src/validation/index.ts';

const zodSchema = z.strictObject({
  kind: z.enum(['gift', 'order']),
  count: z.coerce.number().int().max(9),
  items: z.array(z.strictObject({ sku: z.string().max(3), mail: z.email(), size: z.literal(7) })),
  tags: z.record(z.string().max(4), z.boolean()),
  payment: z.discriminatedUnion('by', [
    z.object({ by: z.literal('card') }),
    z.object({ by: z.literal('cash') }),
  ]),
  either: z.union([z.number(), z.iso.date()]),
});
const valibotSchema = v.strictObject({
  kind: v.picklist(['gift', 'order']),
  count: v.pipe(v.number(), v.integer(), v.maxValue(9)),
  items: v.array(
    v.strictObject({
      sku: v.pipe(v.string(), v.maxLength(3)),
      mail: v.pipe(v.string(), v.email()),
      size: v.literal(7),
    }),
  ),
  tags: v.record(v.pipe(v.string(), v.maxLength(4)), v.boolean()),
  payment: v.variant('by', [v.object({ by: v.literal('card') }), v.object({ by: v.literal('cash') })]),
  either: v.union([v.number(), v.pipe(v.string(), v.isoDate())]),
});

// Letters that no schema and no message of ours has side by side, signs that are escaped, and what breaks out of quotes.
const text = fc.string({ unit: fc.constantFrom(...'QXZJ"\\/%{}:,~ü\n'), minLength: 4, maxLength: 40 });
const number = fc.integer({ min: 100_000, max: 999_999_999 });
const leaf = fc.oneof(text, number, fc.double({ min: 1_000.5, max: 1e6, noInteger: true }), fc.boolean());
const name = fc.string({ unit: fc.constantFrom(...'QXZJ'), minLength: 4, maxLength: 9 });
const key = fc.oneof(name, fc.constantFrom(...Object.keys(zodSchema.shape)), text);
const anything = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4 }),
  ),
})).value;
const items = fc.array(
  fc.record({ sku: anything, mail: anything, size: anything, extra: anything }, { requiredKeys: [] }),
);
/** Near enough to what the schemas want that their inner parts are reached, too. */
const submitted = fc.oneof(
  anything,
  fc.dictionary(key, anything, { minKeys: 1, maxKeys: 6 }),
  fc.record(
    {
      kind: anything,
      count: anything,
      items: fc.oneof(items, anything),
      tags: fc.dictionary(text, anything, { maxKeys: 3 }),
      payment: fc.record({ by: anything }),
      either: anything,
      extra: anything,
    },
    { requiredKeys: [] },
  ),
);

const faultsOf = (schema: StandardSchema<unknown, unknown>, body: unknown): readonly RequestFault[] => {
  const errors: unknown[] = [];
  // Of a request, only what is validated is read.
  const request = { headers: {}, body } as never;
  validate({ body: schema })(request, request, (error) => errors.push(error));
  const [error] = errors;
  if (error === undefined) return [];
  if (!isBreakwaterError(error) || !(error instanceof ValidationError)) throw error;
  return error.errors;
};

const walk = (value: unknown, found: { values: string[]; keys: string[] }): typeof found => {
  if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      if (!Array.isArray(value)) found.keys.push(name);
      walk(member, found);
    }
  } else if (String(value).length >= 4 && typeof value !== 'boolean') found.values.push(String(value));
  return found;
};

/** As the text stands in JSON, in a URI, or as it is. */
const forms = (each: string): readonly string[] => [
  each,
  JSON.stringify(each).slice(1, -1),
  encodeURIComponent(each),
];

const SCHEMA_KEYS = new Set([...Object.keys(zodSchema.shape), 'sku', 'mail', 'size', 'by', 'extra']);
const NO_NAME = /["\\%{},\n]/;

describe.each<[string, StandardSchema<unknown, unknown>]>([
  ['zod', zodSchema],
  ['valibot', valibotSchema],
])('a fault found by %s', (_library, schema) => {
  it('quotes nothing that was submitted, and its place is made of names alone', () => {
    fc.assert(
      fc.property(submitted, (body) => {
        const faults = faultsOf(schema, body);

        const { values, keys } = walk(body, { values: [], keys: [] });
        const unknown = keys.filter((each) => each.length >= 4 && !SCHEMA_KEYS.has(each));
        const details = faults.map(({ detail }) => detail.toLowerCase()).join('\n');
        const places = faults.map((fault) => ('pointer' in fault ? fault.pointer : fault.name)).join('\n');
        const secrets = [...values, ...unknown].flatMap(forms);
        const hidden = [...values, ...unknown].filter((each) => NO_NAME.test(each)).flatMap(forms);
        expect(secrets.filter((each) => details.includes(each.toLowerCase()))).toEqual([]);
        expect(hidden.filter((each) => places.includes(each))).toEqual([]);
      }),
      { seed: 3, numRuns: 1_000 },
    );
  });
});
