import { readSafely } from '../../kernel/index.ts';
import type { Recogniser } from './fault.ts';

/** Recognises what Express's router makes of a path parameter with a broken percent sequence: a URIError with status 400. */
export const malformedUrlFault: Recogniser = (error) =>
  readSafely(error, 'name') === 'URIError' && readSafely(error, 'status') === 400
    ? { status: 400, code: 'malformed-url', detail: 'The URL of the request is malformed.' }
    : undefined;
