import { readSafely } from '../kernel/index.ts';
import { scrubLine } from './text.ts';

const MAX_PATH_LENGTH = 1_024;
const QUERY = /[?#].*$/s;

/** The path of a request as its client sent it, without query: that may hold anything. */
export const pathOf = (request: unknown): string | undefined => {
  const url = readSafely(request, 'originalUrl') ?? readSafely(request, 'url');
  return typeof url === 'string' ? scrubLine(url.replace(QUERY, ''), MAX_PATH_LENGTH) : undefined;
};

/** Whether it is a message that Node received: a request of ours, or the answer to one that the app sent. */
export const isMessage = (value: object): boolean => Array.isArray(readSafely(value, 'rawHeaders'));

/** What a line says of a request, or of such an answer: no header, no query, no body. */
export const messageFields = (message: unknown): Record<string, unknown> => {
  const method = readSafely(message, 'method');
  return {
    method: typeof method === 'string' ? scrubLine(method, MAX_PATH_LENGTH) : undefined,
    path: pathOf(message),
    status: readSafely(message, 'statusCode') ?? undefined,
  };
};
