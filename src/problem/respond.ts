import type { IncomingMessage, ServerResponse } from 'node:http';
import { statusPhrase } from '../errors/index.ts';
import type { ProblemAnswer } from './answer.ts';
import type { ProblemIds } from './document.ts';
import { isLeftover } from './headers.ts';
import { PROBLEM_JSON, type Representation } from './representation.ts';

const varyOnAccept = (res: ServerResponse): void => {
  const given = String(res.getHeader('Vary') ?? '');
  const names = given.split(',').map((name) => name.trim().toLowerCase());
  if (names.includes('accept') || names.includes('*')) return;
  res.setHeader('Vary', given === '' ? 'Accept' : `${given}, Accept`);
};

const write = (
  req: IncomingMessage,
  res: ServerResponse,
  status: number,
  { body, contentType, negotiated }: Representation,
): void => {
  for (const name of res.getHeaderNames()) if (isLeftover(name, status)) res.removeHeader(name);
  res.statusCode = status;
  res.statusMessage = statusPhrase(status);
  res.setHeader('Content-Type', contentType);
  if (negotiated) varyOnAccept(res);
  res.setHeader('Content-Length', Buffer.byteLength(body));
  res.setHeader('Cache-Control', 'no-store');
  if (!res.hasHeader('X-Content-Type-Options')) res.setHeader('X-Content-Type-Options', 'nosniff');
  if (req.method === 'HEAD') res.end();
  // As text, which Node writes in one piece with the head.
  else res.end(body, 'utf8');
};

/** Answers what `representation` holds: exact bytes, the answer's headers and ids, no header left over from another answer. */
export const respond = (
  req: IncomingMessage,
  res: ServerResponse,
  answer: ProblemAnswer,
  representation: Representation,
  ids: ProblemIds,
): void => {
  for (const [name, value] of Object.entries(answer.headers)) res.setHeader(name, value);
  // They mostly stand there already.
  if (res.getHeader('X-Request-ID') !== ids.requestId) res.setHeader('X-Request-ID', ids.requestId);
  if (res.getHeader('X-Correlation-ID') !== ids.correlationId)
    res.setHeader('X-Correlation-ID', ids.correlationId);
  write(req, res, answer.status, representation);
};

/** The last resort, when answering itself failed: a fixed 500, or else the end of the connection. Never throws. */
export const respondFallback = (req: IncomingMessage, res: ServerResponse, body: string): void => {
  try {
    if (res.headersSent) res.destroy();
    else write(req, res, 500, { body, contentType: PROBLEM_JSON, negotiated: false });
  } catch {
    // The failure that led here was reported; what is left is not to keep the client waiting.
    res.destroy();
  }
};
