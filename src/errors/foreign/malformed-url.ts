import { readSafely } from '../../kernel/index.ts';

/** Recognises what Express's router makes of a path parameter with a broken percent sequence: a URIError with status 400. */
export const isMalformedUrl = (error: unknown): boolean =>
  readSafely(error, 'name') === 'URIError' && readSafely(error, 'status') === 400;
