import type { ServerResponse } from 'node:http';
import onHeaders from 'on-headers';
import { enclosing } from './enclosing.ts';
import { lifeOf } from './life.ts';
import type { RequestContext } from './record.ts';
import type { StaleMark } from './stale-mark.ts';

/** The most caches that an answer names. */
const MAX_MARKS = 10;

/** What would have others keep an answer for longer than `Cache-Control` says (RFC 9213 §2.2, and what is older). */
const OTHER_FRESHNESS = /^(?:expires|surrogate-control|x-accel-expires|(?:.+-)?cdn-cache-control)$/;

const listOf = (response: ServerResponse, name: string): readonly string[] =>
  [response.getHeader(name) ?? []].flat().map(String);

/**
 * What `Cache-Control` says of an answer that is made of something stale: nobody serves it without asking again (RFC 9111
 * §5.2.2.4). What forbids something else stays.
 */
const capped = (cacheControl: string): string => {
  const directives = cacheControl.split(',').map((each) => each.trim().toLowerCase());
  if (directives.includes('no-store')) return cacheControl;
  const isPrivate = directives.some((each) => /^private\b/.test(each));
  const kept = directives.filter((each) => each === 'no-transform');
  return [...(isPrivate ? ['private'] : []), 'no-cache', ...kept].join(', ');
};

const writeMarks = (response: ServerResponse, marks: readonly StaleMark[]): void => {
  const members = new Set(marks.map(({ cacheStatus }) => cacheStatus));
  const warnings = new Set(marks.flatMap(({ warning }) => warning ?? []));
  response.setHeader('Cache-Status', [...listOf(response, 'Cache-Status'), ...members]);
  if (warnings.size > 0) response.setHeader('Warning', [...listOf(response, 'Warning'), ...warnings]);
  response.setHeader('Cache-Control', capped(listOf(response, 'Cache-Control').join(', ')));
  for (const name of response.getHeaderNames()) if (OTHER_FRESHNESS.test(name)) response.removeHeader(name);
};

/** What is noted of responses whose head is not written yet. */
const noted = new WeakMap<ServerResponse, StaleMark[]>();

const add = (marks: StaleMark[], mark: StaleMark): void => {
  if (marks.length < MAX_MARKS) marks.push(mark);
};

/**
 * Notes that something stale is used for the answer to a request: the answer will say so, and will not be cacheable as
 * fresh. Within work whose result is for many, it is noted with that instead. Too late, or outside of a request, it changes
 * nothing.
 */
export const noteStale = (record: RequestContext | undefined, mark: StaleMark): void => {
  const around = enclosing.get();
  if (around?.staleMarks !== undefined && !around.isOver()) {
    add(around.staleMarks, mark);
    return;
  }
  const response = record && lifeOf(record)?.response;
  if (response === undefined || response.headersSent) return;
  const marks = noted.get(response);
  if (marks !== undefined) {
    add(marks, mark);
    return;
  }
  const own = [mark];
  noted.set(response, own);
  onHeaders(response, () => writeMarks(response, own));
};
