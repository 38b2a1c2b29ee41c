import type { ServerResponse } from 'node:http';
import onHeaders from 'on-headers';
import type { Clock } from '../kernel/index.ts';
import { CORRELATION_ID_HEADER, REQUEST_ID_HEADER } from './ids.ts';
import type { RequestContext } from './record.ts';
import { formatTraceparent } from './traceparent.ts';

/** What an answer says of its request beside the request id and the correlation id. */
export interface ExposeOptions {
  /**
   * Header that says the trace: `x-trace-id` its id alone, `traceresponse` trace, span and flags, as a draft of W3C
   * says. Whoever reads the answer can see it.
   *
   * @default false
   * @see https://w3c.github.io/trace-context/#traceresponse-header
   */
  readonly traceId?: 'x-trace-id' | 'traceresponse' | false | undefined;
  /** Header that says how long the request took until the head of its answer was written, in ms. @default false */
  readonly responseTime?: string | false | undefined;
  /**
   * Whether scripts of other origins may read the ids and what else is exposed: adds the names to
   * `Access-Control-Expose-Headers`.
   *
   * @default false
   */
  readonly crossOrigin?: boolean | undefined;
}

/** The options with their defaults. */
export type ExposeSettings = Required<ExposeOptions>;

type Traced = Pick<RequestContext, 'traceId' | 'spanId' | 'traceFlags'>;

const EXPOSED = 'Access-Control-Expose-Headers';

const exposeNames = (response: ServerResponse, names: readonly string[]): void => {
  const given = String(response.getHeader(EXPOSED) ?? '');
  const listed = new Set(given.split(',').map((name) => name.trim().toLowerCase()));
  const missing = names.filter((name) => !listed.has(name.toLowerCase()));
  if (missing.length > 0) response.setHeader(EXPOSED, [given, ...missing].filter(Boolean).join(', '));
};

/**
 * A function that has an answer say what `settings` ask for, as its head is written: what the app sets later is known
 * then, and what clears headers has done so.
 */
export const createExposure = (
  { traceId, responseTime, crossOrigin }: ExposeSettings,
  clock: Clock,
): ((response: ServerResponse, record: Traced) => void) => {
  const wanted = [traceId, responseTime].filter((name) => name !== false);
  if (wanted.length === 0 && !crossOrigin) return () => undefined;
  const names = [REQUEST_ID_HEADER, CORRELATION_ID_HEADER, ...wanted];

  return (response, record) => {
    const startedAt = clock.now();
    onHeaders(response, () => {
      if (traceId !== false)
        response.setHeader(traceId, traceId === 'x-trace-id' ? record.traceId : formatTraceparent(record));
      if (responseTime !== false) response.setHeader(responseTime, (clock.now() - startedAt).toFixed(3));
      if (crossOrigin) exposeNames(response, names);
    });
  };
};
