import type { IncomingMessage } from 'node:http';
import { readSafely } from '../kernel/index.ts';
import { readAccept } from './accept.ts';
import type { ProblemSettings } from './options.ts';
import { problemPage } from './page.ts';
import { callGuarded, type Report } from './report.ts';

/** Exactly this: no `charset` is defined for the type, and some clients compare the header as a whole. */
export const PROBLEM_JSON = 'application/problem+json';
const JSON_TYPE = 'application/json';
const HTML = 'text/html';

/** A document in the form that one client gets. */
export interface Representation {
  readonly contentType: string;
  readonly body: string;
  /** Whether `Accept` had a say, so that caches must know. */
  readonly negotiated: boolean;
}

/** The options that give clients a say. */
export type Negotiation = Pick<ProblemSettings, 'html' | 'mirrorJson'>;

const pageOf = (json: string, html: Negotiation['html'], report: Report): string | undefined => {
  if (html === false) return undefined;
  // It was written from a document a moment ago; the app gets a copy of its own.
  const problem = Object.freeze(JSON.parse(json));
  if (html === true) return problemPage(problem);
  const write = (): unknown => {
    const page: unknown = html(problem);
    if (typeof page !== 'string') report('the function of option "html" gave no text', page);
    return page;
  };
  const page = callGuarded(write, 'the function of option "html" failed', report);
  return typeof page === 'string' ? page : undefined;
};

/**
 * Writes a document as the client prefers it, as far as the options allow. Nobody is answered 406 for how they ask: what
 * is left is `application/problem+json`, which may be sent unasked (RFC 9457 §3).
 */
export const represent = (
  req: IncomingMessage,
  document: object,
  { html, mirrorJson }: Negotiation,
  report: Report,
): Representation => {
  const json = JSON.stringify(document);
  const negotiated = html !== false || mirrorJson;
  if (!negotiated) return { contentType: PROBLEM_JSON, body: json, negotiated };
  const accepted = readAccept(readSafely(req.headers, 'accept'));
  const asJson = Math.max(accepted.quality(PROBLEM_JSON), accepted.quality(JSON_TYPE));
  const page = accepted.quality(HTML) > asJson ? pageOf(json, html, report) : undefined;
  if (page !== undefined) return { contentType: `${HTML}; charset=utf-8`, body: page, negotiated };
  const isMirrored = mirrorJson && accepted.lists(JSON_TYPE) && !accepted.lists(PROBLEM_JSON);
  return { contentType: isMirrored ? JSON_TYPE : PROBLEM_JSON, body: json, negotiated };
};
