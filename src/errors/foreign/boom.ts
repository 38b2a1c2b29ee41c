import { readSafely } from '../../kernel/index.ts';
import { isErrorStatus } from '../status.ts';
import { knownBy } from './fault.ts';
import { detailOf } from './http-error.ts';
import { TRAIT } from './traits.ts';

/**
 * Recognises errors of @hapi/boom by their mark and output. The message of a 4xx is public where boom made the error: it
 * notes the function that did so; `boomify()` only marks somebody else's error.
 */
export const boomFault = knownBy(TRAIT.output, (error) => {
  const output = readSafely(error, 'output');
  const status = readSafely(output, 'statusCode');
  if (readSafely(error, 'isBoom') !== true || !isErrorStatus(status)) return undefined;
  const isPublic = status < 500 && typeof readSafely(error, 'typeof') === 'function';
  const message = isPublic ? readSafely(error, 'message') : undefined;
  const headers = readSafely(output, 'headers');
  return {
    status,
    detail: detailOf(message, status),
    headers: typeof headers === 'object' && headers !== null ? headers : undefined,
  };
});
