import type { IncomingMessage, ServerResponse } from 'node:http';
import { type RequestFault, submittedTexts, ValidationError } from '../errors/index.ts';
import { readSafely, toError } from '../kernel/index.ts';
import { hasBody } from './body-presence.ts';
import { type RequestPart, splitIssue, toFault } from './faults.ts';
import { type OnlyParts, type RequestSchemas, readSchemas } from './options.ts';
import type { SchemaOutput, StandardSchema } from './standard-schema.ts';

/** Parsed parts of a request, each typed by its schema; of a part that may have none, `undefined` is possible. */
export type Validated<Schemas extends RequestSchemas> = {
  readonly [Part in keyof Schemas]: SchemaOutput<Schemas[Part]>;
};

/** A middleware that validates, and hands out what it parsed. */
export interface Validator<Schemas extends RequestSchemas> {
  (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void): void;
  /**
   * What the schemas made of this request. Frozen.
   *
   * @throws Error if this validator has not let the request pass
   */
  of(req: object): Validated<Schemas>;
}

interface Parsed {
  readonly req: IncomingMessage;
  readonly part: RequestPart;
  readonly submitted: unknown;
  readonly result: unknown;
}

/** The most faults that one answer lists. */
const MAX_FAULTS = 100;

const isPromise = (value: unknown): boolean => typeof readSafely(value, 'then') === 'function';

/** Starts one schema. What it throws becomes a rejection, so that the other parts' promises are not left unheard. */
const parse = (req: IncomingMessage, part: RequestPart, schema: StandardSchema<unknown, unknown>): Parsed => {
  let submitted: unknown;
  try {
    // Express adds params, query and body to Node's request, which has headers.
    submitted = (req as { readonly [part in RequestPart]?: unknown })[part];
    return { req, part, submitted, result: schema['~standard'].validate(submitted) };
  } catch (thrown) {
    return { req, part, submitted, result: Promise.reject(thrown) };
  }
};

const NO_BODY = Object.freeze([{ message: 'The request has no body' }]);
const BODY_NOT_READ = Object.freeze([
  { message: 'The request body was not read: bodies of its Content-Type are not read here' },
]);

const issuesOf = ({ req, part, submitted, result }: Parsed): readonly unknown[] => {
  const issues = readSafely(result, 'issues');
  if (Array.isArray(issues)) {
    // What a schema says of undefined helps nobody who sent no body, or a wrong Content-Type.
    if (part === 'body' && submitted === undefined) return hasBody(req) ? BODY_NOT_READ : NO_BODY;
    return issues.length > 0 ? [...issues].flatMap(splitIssue) : [undefined];
  }
  if (typeof result === 'object' && result !== null && issues === undefined && 'value' in result) return [];
  throw new TypeError(
    `validate: the schema of "${part}" answered something that is no Standard Schema result`,
  );
};

const toValidationError = (faults: readonly RequestFault[], total: number): ValidationError => {
  const listed = total > faults.length ? `, the first ${faults.length} are listed` : '';
  const count = total === 1 ? '1 fault' : `${total} faults`;
  return new ValidationError(`The request is not valid: ${count}${listed}`, { errors: faults });
};

/** The faults of one part; the values submitted in it are collected once, and only where something is wrong. */
const faultsOf = (part: RequestPart, issues: readonly unknown[], submitted: unknown): RequestFault[] => {
  if (issues.length === 0) return [];
  const texts = submittedTexts(submitted, part === 'headers');
  return issues.map((issue) => toFault(part, issue, texts));
};

/** The parsed values of all parts, or the error that lists the faults of all parts. */
const conclude = (parsed: readonly Parsed[]): Readonly<Record<string, unknown>> => {
  const found = parsed.map((each) => ({ ...each, issues: issuesOf(each) }));
  const total = found.reduce((sum, { issues }) => sum + issues.length, 0);
  if (total === 0)
    return Object.freeze(
      Object.fromEntries(parsed.map(({ part, result }) => [part, readSafely(result, 'value')])),
    );
  const faults: RequestFault[] = [];
  for (const { part, issues, submitted } of found)
    faults.push(...faultsOf(part, issues.slice(0, MAX_FAULTS - faults.length), submitted));
  throw toValidationError(faults, total);
};

/**
 * Validates parts of the request with schemas of any Standard Schema library, all of them before it judges: one
 * `ValidationError` (422) lists every fault. Read the parsed values with `.of(req)`; the request stays as it is. A message
 * that quotes a text or number that was submitted is replaced; a fault names its place, where that consists of names.
 *
 * @throws TypeError for an unknown part, something that is no schema, or nothing at all
 * @example
 * const valid = validate({ params: z.object({ id: z.uuid() }), body: Order });
 * app.post('/orders/:id', valid, (req, res) => res.json(valid.of(req).body));
 * @see https://standardschema.dev
 * @see https://www.rfc-editor.org/rfc/rfc9457#section-3
 */
export const validate = <Schemas extends RequestSchemas>(
  schemas: Schemas & OnlyParts<Schemas>,
): Validator<Schemas> => {
  const parts = readSchemas(schemas);
  const results = new WeakMap<object, Readonly<Record<string, unknown>>>();

  const settle = (req: object, parsed: readonly Parsed[], next: (error?: unknown) => void): void => {
    try {
      results.set(req, conclude(parsed));
    } catch (thrown) {
      next(thrown);
      return;
    }
    next();
  };

  const middleware = function validate(
    req: IncomingMessage,
    _res: ServerResponse,
    next: (error?: unknown) => void,
  ): void {
    const parsed = parts.map(([part, schema]) => parse(req, part, schema));
    if (!parsed.some(({ result }) => isPromise(result))) {
      settle(req, parsed, next);
      return;
    }
    Promise.all(parsed.map(async (each) => ({ ...each, result: await each.result }))).then(
      (settled) => settle(req, settled, next),
      // Express takes a falsy error, 'route' and 'router' for no error at all, and would open the route.
      (thrown: unknown) => next(toError(thrown)),
    );
  };

  const of = (req: object): Validated<Schemas> => {
    const result = results.get(req);
    if (result === undefined)
      throw new Error('validate: of(req) was called before this validator let the request pass');
    // conclude() took each part's value from the schema that types it.
    return result as Validated<Schemas>;
  };
  return Object.assign(middleware, { of });
};
