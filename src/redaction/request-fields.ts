import { readSafely } from '../kernel/index.ts';
import { isSecretName } from './secret-names.ts';
import { REDACTED, scrubLine } from './text.ts';

/**
 * Where a request has what is known of its way through the routers; its `routeParams` are the parameters of the matched
 * route, which Express takes back before an error is handled.
 */
export const ROUTE_WAY = Symbol.for('express-breakwater.log.way');

const MAX_PATH_LENGTH = 1_024;
/** What is shorter stands in others by chance. */
const MIN_SECRET_LENGTH = 4;
const QUERY = /[?#]/;

/** Values of parameters whose names say that they are secret, `/reset/:token`; of a wildcard, each of its segments. */
const secretParams = (request: unknown): readonly string[] => {
  const params = readSafely(readSafely(request, ROUTE_WAY), 'routeParams') ?? readSafely(request, 'params');
  if (typeof params !== 'object' || params === null) return [];
  try {
    const names = Object.keys(params).filter(isSecretName);
    if (names.length === 0) return [];
    return names
      .flatMap((name) => readSafely(params, name))
      .flatMap((value) => (typeof value === 'string' ? value.split('/') : []))
      .filter((value) => value !== '');
  } catch {
    // A hostile proxy.
    return [];
  }
};

const decoded = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};

const holds = (segment: string, secret: string): boolean =>
  // A parameter may be a part of its segment, `/files/:token.json`.
  segment === secret || (secret.length >= MIN_SECRET_LENGTH && segment.includes(secret));

const withoutSecrets = (path: string, secrets: readonly string[]): string =>
  path
    .split('/')
    .map((segment) => (secrets.some((secret) => holds(decoded(segment), secret)) ? REDACTED : segment))
    .join('/');

const withoutQuery = (url: string): string => {
  const start = url.search(QUERY);
  return start < 0 ? url : url.slice(0, start);
};

/** The path as it was sent. */
const sentTo = (request: unknown): string | undefined => {
  const url = readSafely(request, 'originalUrl') ?? readSafely(request, 'url');
  return typeof url === 'string' ? withoutQuery(url) : undefined;
};

/**
 * What `pathOf` cuts out of the path of a request, in the forms in which the app may repeat it: as Express decoded it and as
 * it was sent. A value of up to three characters stands in any text by chance and is not among them.
 */
export const secretsOf = (request: unknown): readonly string[] => {
  const secrets = secretParams(request);
  if (secrets.length === 0) return [];
  const sent = (sentTo(request) ?? '')
    .split('/')
    .filter((segment) => secrets.some((secret) => holds(decoded(segment), secret)));
  return [...new Set([...secrets, ...sent])]
    .filter((secret) => secret.length >= MIN_SECRET_LENGTH)
    .toSorted((one, other) => other.length - one.length);
};

/**
 * The path of a request as its client sent it, without query: that may hold anything. Parameters of the route whose names
 * say that they are secret are redacted.
 */
export const pathOf = (request: unknown): string | undefined => {
  const path = sentTo(request);
  if (path === undefined) return undefined;
  const secrets = secretParams(request);
  return scrubLine(secrets.length > 0 ? withoutSecrets(path, secrets) : path, MAX_PATH_LENGTH);
};

/** Whether it is a message of Node's: one that it received, a request of ours or an answer to the app, or one that it sends. */
export const isMessage = (value: object): boolean =>
  Array.isArray(readSafely(value, 'rawHeaders')) ||
  (typeof readSafely(value, 'getHeader') === 'function' && readSafely(value, '_header') !== undefined);

/** The path of a request that the app sends, of which pathOf knows nothing. */
const sentPath = (message: unknown): string | undefined => {
  const path = readSafely(message, 'path');
  return typeof path === 'string' ? scrubLine(withoutQuery(path), MAX_PATH_LENGTH) : undefined;
};

/** What a line says of a request or an answer: no header, no query, no body. */
export const messageFields = (message: unknown): Record<string, unknown> => {
  const method = readSafely(message, 'method');
  return {
    method: typeof method === 'string' ? scrubLine(method, MAX_PATH_LENGTH) : undefined,
    path: pathOf(message) ?? sentPath(message),
    status: readSafely(message, 'statusCode') ?? undefined,
  };
};
