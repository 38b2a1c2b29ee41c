import { readOptions, readSafely } from '../kernel/index.ts';
import { REQUEST_PARTS, type RequestPart } from './faults.ts';
import type { StandardSchema } from './standard-schema.ts';

/** A schema for each part of the request that is to be validated; at least one. */
export interface RequestSchemas {
  /** For `req.body`; mount the body parser before. */
  readonly body?: StandardSchema<unknown, unknown> | undefined;
  /**
   * For `req.headers`, whose names are lower case. A request has many more headers than those of interest: a schema that
   * refuses unknown members refuses every request.
   */
  readonly headers?: StandardSchema<unknown, unknown> | undefined;
  /** For `req.params`; so mount the validator on the route, not before it. */
  readonly params?: StandardSchema<unknown, unknown> | undefined;
  /** For `req.query`. */
  readonly query?: StandardSchema<unknown, unknown> | undefined;
}

/**
 * Refuses what is no part of a request, and nothing at all: types know both before anything runs. A generic function that
 * hands schemas on takes `Schemas & OnlyParts<Schemas>` and calls `validate<Schemas>(schemas)`.
 */
export type OnlyParts<Schemas> = [keyof Schemas] extends [never]
  ? { readonly 'a schema for at least one of params, query, headers, body': StandardSchema<unknown, unknown> }
  : { readonly [Part in Exclude<keyof Schemas, RequestPart>]: never };

const NO_SCHEMAS: RequestSchemas = Object.freeze({});

const schema = {
  expects: 'a Standard Schema (of zod, valibot, arktype, …)',
  type: (value: unknown) => {
    const standard = readSafely(value, '~standard');
    return readSafely(standard, 'version') === 1 && typeof readSafely(standard, 'validate') === 'function';
  },
};

/**
 * Checks the schemas and lists them in the order in which faults are reported.
 *
 * @throws TypeError for an unknown part, something that is no schema, or nothing at all
 */
export const readSchemas = (
  given: RequestSchemas,
): readonly (readonly [RequestPart, StandardSchema<unknown, unknown>])[] => {
  const checks = { params: schema, query: schema, headers: schema, body: schema };
  const schemas = readOptions<RequestSchemas>({ where: 'validate' }, given, NO_SCHEMAS, checks);
  const parts = REQUEST_PARTS.flatMap((part) => {
    const each = schemas[part];
    return each === undefined ? [] : [[part, each] as const];
  });
  if (parts.length === 0)
    throw new TypeError(`validate: give a schema for at least one of ${REQUEST_PARTS.join(', ')}`);
  return Object.freeze(parts);
};
