/** The fields of an access line. */
export const ACCESS = {
  event: 'http.server.request',
  method: 'GET',
  path: '/orders/7',
  route: '/orders/:id',
  status: 500,
  durationMs: 123.456,
  bytes: 321,
  outcome: 'technical-error',
  ip: '192.0.2.0',
  headers: { 'user-agent': 'curl/8' },
};

/** An error whose stack is the same on every machine. */
export const failure = (message: string, cause?: Error): Error => {
  const error = new Error(message, { cause });
  error.stack = `Error: ${message}\n    at handle (/app/orders.js:7:9)`;
  return error;
};

/** The fields of a failure record. */
export const FAILED = (): object => ({
  event: 'http.server.request.exception',
  kind: 'technical',
  status: 500,
  code: 'internal-server-error',
  method: 'GET',
  path: '/orders/7',
  route: '/orders/:id',
  err: failure('no stock', failure('connection lost')),
});
