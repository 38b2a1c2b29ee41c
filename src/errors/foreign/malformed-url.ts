import { readSafely } from '../../kernel/index.ts';
import { knownBy } from './fault.ts';
import { TRAIT } from './traits.ts';

/** Recognises what Express's router makes of a path parameter with a broken percent sequence: a URIError with status 400. */
export const malformedUrlFault = knownBy(TRAIT.status, (error) =>
  readSafely(error, 'name') === 'URIError' && readSafely(error, 'status') === 400
    ? { status: 400, code: 'malformed-url', detail: 'The URL of the request is malformed.' }
    : undefined,
);
