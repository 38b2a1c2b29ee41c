import type { IncomingMessage } from 'node:http';
import { readSafely } from '../kernel/index.ts';
import type { ProblemInstance } from './options.ts';
import { callGuarded, type Report } from './report.ts';

const MAX_LENGTH = 2_048;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const URI_REFERENCE = /^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]+$/;
const NOT_IN_A_PATH = /[^A-Za-z0-9\-._~!$&'()*+,;=:@/%]|%(?![0-9A-Fa-f]{2})/gu;
// Half of a character, which no URI can carry; an app may write it into originalUrl.
const LONE_SURROGATE = /\p{Surrogate}/gu;

const requestTarget = (req: IncomingMessage): string => {
  const originalUrl = readSafely(req, 'originalUrl');
  // Express rewrites url inside mounted routers and keeps what the client asked for in originalUrl.
  return typeof originalUrl === 'string' ? originalUrl : (req.url ?? '');
};

// What most paths are made of alone, and what stands for itself in a URI.
const PLAIN_PATH = /^\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@][A-Za-z0-9\-._~!$&'()*+,;=:@/]*)?$/;

const pathOf = (req: IncomingMessage): string | undefined => {
  const target = requestTarget(req);
  const end = target.search(/[?#]/);
  const path = end < 0 ? target : target.slice(0, end);
  // `*` and absolute targets say nothing about a path of ours; `//host` would be a reference to another host.
  if (!path.startsWith('/') || path.length > MAX_LENGTH) return undefined;
  if (PLAIN_PATH.test(path)) return path;
  const encoded = path
    .replace(/^\/+/, '/')
    .replace(LONE_SURROGATE, '\uFFFD')
    .replace(NOT_IN_A_PATH, (bad) => encodeURIComponent(bad));
  return encoded.length > MAX_LENGTH ? undefined : encoded;
};

const urnOf = (requestId: string): string =>
  UUID.test(requestId)
    ? `urn:uuid:${requestId.toLowerCase()}`
    : `urn:request:${encodeURIComponent(requestId)}`;

const isUriReference = (value: unknown): value is string =>
  typeof value === 'string' &&
  value.length <= MAX_LENGTH &&
  URI_REFERENCE.test(value) &&
  URL.canParse(value, 'http://localhost');

/**
 * The `instance` member of one answer, or nothing.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457#section-3.1.5
 */
export const instanceOf = (
  kind: ProblemInstance,
  req: IncomingMessage,
  requestId: string,
  report: Report,
): string | undefined => {
  if (kind === false) return undefined;
  if (kind === 'path') return pathOf(req);
  if (kind === 'urn') return urnOf(requestId);
  const given: unknown = callGuarded(() => kind(req), 'the function of option "instance" failed', report);
  if (isUriReference(given)) return given;
  if (given !== undefined) report('the function of option "instance" gave no URI reference', given);
  return undefined;
};
