import type { IncomingMessage } from 'node:http';
import { readSafely } from '../kernel/index.ts';

/**
 * Whether a request comes with a body: `Transfer-Encoding` or a `Content-Length` above 0 says so.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-6.3
 */
export const hasBody = (req: IncomingMessage): boolean => {
  const headers = readSafely(req, 'headers');
  return (
    readSafely(headers, 'transfer-encoding') !== undefined ||
    Number(readSafely(headers, 'content-length')) > 0
  );
};
