import type { IncomingMessage, ServerResponse } from 'node:http';
import { statusPhrase } from '../errors/index.ts';
import type { ProblemAnswer } from './answer.ts';
import type { ProblemIds } from './document.ts';
import { isLeftover } from './headers.ts';

/** Exactly this: no `charset` is defined for the type, and some clients compare the header as a whole. */
export const PROBLEM_JSON = 'application/problem+json';

const write = (req: IncomingMessage, res: ServerResponse, status: number, body: Buffer): void => {
  for (const name of res.getHeaderNames()) if (isLeftover(name, status)) res.removeHeader(name);
  res.statusCode = status;
  res.statusMessage = statusPhrase(status);
  res.setHeader('Content-Type', PROBLEM_JSON);
  res.setHeader('Content-Length', body.length);
  res.setHeader('Cache-Control', 'no-store');
  if (!res.hasHeader('X-Content-Type-Options')) res.setHeader('X-Content-Type-Options', 'nosniff');
  if (req.method === 'HEAD') res.end();
  else res.end(body);
};

/** Answers `document`: exact bytes, the answer's headers and ids, no header left over from another answer. */
export const respond = (
  req: IncomingMessage,
  res: ServerResponse,
  answer: ProblemAnswer,
  document: object,
  ids: ProblemIds,
): void => {
  const body = Buffer.from(JSON.stringify(document));
  for (const [name, value] of Object.entries(answer.headers)) res.setHeader(name, value);
  res.setHeader('X-Request-ID', ids.requestId);
  res.setHeader('X-Correlation-ID', ids.correlationId);
  write(req, res, answer.status, body);
};

/** The last resort, when answering itself failed: a fixed 500, or else the end of the connection. Never throws. */
export const respondFallback = (req: IncomingMessage, res: ServerResponse, body: Buffer): void => {
  try {
    if (res.headersSent) res.destroy();
    else write(req, res, 500, body);
  } catch {
    // The failure that led here was reported; what is left is not to keep the client waiting.
    res.destroy();
  }
};
