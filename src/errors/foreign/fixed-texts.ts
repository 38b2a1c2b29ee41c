/** Errors that pg and pg-pool make themselves have nothing but a text (pg/lib/client.js, pg-pool/index.js). */
export const POSTGRES_TEXTS: ReadonlyMap<unknown, 'timeout' | 'unavailable'> = new Map([
  ['Query read timeout', 'timeout'],
  ['timeout exceeded when trying to connect', 'unavailable'],
  ['Connection terminated unexpectedly', 'unavailable'],
  ['Connection terminated due to connection timeout', 'unavailable'],
  ['Client has encountered a connection error and is not queryable', 'unavailable'],
]);

/** Messages of busboy, which multer passes on, for a body that is no form: its errors have nothing else. */
export const BUSBOY_TEXTS: ReadonlySet<unknown> = new Set([
  'Malformed content type',
  'Malformed part header',
  'Multipart: Boundary not found',
  'Unexpected end of file',
  'Unexpected end of form',
]);

/** Whether a message alone may tell whose error it is. */
export const isFixedText = (message: unknown): boolean =>
  POSTGRES_TEXTS.has(message) || BUSBOY_TEXTS.has(message);
