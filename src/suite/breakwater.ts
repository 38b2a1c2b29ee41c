import { type Client, type ClientOptions, createClient } from '../client/index.ts';
import { requestContext } from '../context/index.ts';
import { createEventHub, type EventHub } from '../events/index.ts';
import {
  type FittingOptions,
  type GuardedDecorator,
  type GuardedOptions,
  guarded,
  type Protected,
  type ProtectedCall,
  protect,
} from '../guard/index.ts';
import {
  accessLog,
  createGetLogger,
  createLogger,
  type GetLogger,
  logEvents,
  routeOf,
} from '../logging/index.ts';
import {
  type ErrorHandler,
  type Handler,
  notFound,
  problemHandler,
  requestDeadline,
} from '../problem/index.ts';
import type { Anything, PolicyParts } from '../resilience/index.ts';
import { traceEvents, traceRoutes } from '../tracing/index.ts';
import { inOne } from './in-one.ts';
import { type BreakwaterOptions, readBreakwaterOptions } from './options.ts';

/** Everything of one app, wired together. */
export interface Breakwater {
  /** Context, ids, access log and deadline: `app.use(before)` ahead of everything else. */
  readonly before: Handler[];
  /** 404 and the final problem handler: `app.use(after)` behind everything else. */
  readonly after: (Handler | ErrorHandler)[];
  /** `createClient` with this app's events, hosts to propagate to, clock and random. */
  client(options: ClientOptions): Client;
  /** `protect` with this app's events, clock and random. */
  protect<Args extends readonly unknown[], Res, const Made extends Anything = never>(
    fn: (call: ProtectedCall, ...args: Args) => Promise<Res> | Res,
    options: FittingOptions<NoInfer<Args>, NoInfer<Res>, Made>,
  ): Protected<Args, Res>;
  /** `@guarded` with this app's events, clock and random. */
  guarded<Args extends readonly unknown[] = readonly unknown[], const FallbackValue extends Anything = never>(
    options: GuardedOptions<Args, FallbackValue>,
  ): GuardedDecorator<Args, FallbackValue>;
  /** What happened, for metrics and pages. */
  readonly events: EventHub;
  /** The logger of the app. */
  readonly logger: ReturnType<typeof createLogger>;
  /**
   * The logger of a part of the app: its lines say `logger: 'orders.repo'`, and `log.levels` can give it a level of its own.
   * The same name gets the same logger.
   */
  readonly getLogger: GetLogger;
  /** Closes every client made here, then ends the log lines of the app's events. Call it when the server has closed. */
  close(): Promise<void>;
}

/**
 * Wires the whole suite into an app.
 *
 * @throws TypeError or RangeError for an option that is unknown or wrong
 * @example
 * const { before, after, client } = breakwater({ service: 'orders', version: '1.4.0' });
 * app.use(before);
 * // routes
 * app.use(after);
 */
export const breakwater = (options: BreakwaterOptions): Breakwater => {
  const {
    names,
    logger: given,
    context,
    deadline,
    notFound: missing,
    problem,
    log: {
      collapse,
      input,
      levels,
      headers,
      responseHeaders,
      query,
      ip,
      sample,
      slowCallMs,
      slowRequestMs,
      start,
      ...log
    },
    clock,
    random,
    propagateTo,
    tracing,
  } = readBreakwaterOptions(options);
  const events = createEventHub();
  const logger = createLogger({ ...names, ...log, logger: given });
  const getLogger = createGetLogger(logger, levels, 'breakwater');
  const answer = problemHandler({ ...problem, events });
  const enter = [
    requestContext({ ...context, clock: context?.clock ?? clock }),
    accessLog({
      logger,
      clock,
      events,
      input,
      sample,
      slowRequestMs,
      start,
      headers,
      responseHeaders,
      query,
      ip,
      hmac: log.hmac,
    }),
  ];
  if (tracing) enter.push(traceRoutes(routeOf));
  const before: Handler[] = [inOne(...enter)];
  if (deadline !== undefined) before.push(requestDeadline({ ...deadline, problemHandler: answer, clock }));
  const after = [notFound(missing), answer];
  const endLines = logEvents(events, logger, { clock, collapse, input, slowCallMs });
  const endTracing = tracing ? traceEvents(events) : undefined;
  const clients = new Set<Client>();
  const worldOf = (own: PolicyParts | undefined): Required<PolicyParts> => ({
    events: own?.events ?? events,
    clock: own?.clock ?? clock,
    random: own?.random ?? random,
  });

  return Object.freeze<Breakwater>({
    before,
    after,
    events,
    logger,
    getLogger,
    client: (own) => {
      const client = createClient({
        ...own,
        propagateTo: own?.propagateTo ?? propagateTo,
        ...worldOf(own),
      });
      clients.add(client);
      return client;
    },
    protect: (fn, own) => protect(fn, { ...own, ...worldOf(own) }),
    guarded: (own) => guarded({ ...own, ...worldOf(own) }),
    close: async () => {
      await Promise.all([...clients].map((client) => client.close()));
      clients.clear();
      endLines();
      endTracing?.();
    },
  });
};
