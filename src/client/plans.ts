import {
  arrayOf,
  type Check,
  durationMs,
  integer,
  nestedSite,
  type OptionsSite,
  readOptions,
  rejectPair,
} from '../kernel/index.ts';
import { type RetryOptions, readResilience, type TimeoutOptions } from '../resilience/index.ts';
import type { Answer } from './answer.ts';
import {
  CLIENT_DEFAULTS,
  type ClientOptions,
  type ClientPlans,
  type ClientReconfigureOptions,
  type ClientRetryOptions,
  type ClientTimeoutOptions,
  type RetryRules,
} from './options.ts';
import type { ClientRequest } from './request.ts';
import { IDEMPOTENT_METHODS, isMethodName, RETRY_STATUSES } from './rules.ts';

const methodName: Check = {
  expects: 'the name of an HTTP method',
  type: (value) => typeof value === 'string',
  range: isMethodName,
};
const retryChecks = {
  methods: arrayOf(methodName),
  statuses: arrayOf(integer(400, 599)),
};

/** Takes what is HTTP's out of `retry`; the rest is for the policy. */
export const splitRetry = (
  site: OptionsSite,
  given: ClientRetryOptions | false | undefined,
  base: RetryRules,
): { readonly rules: RetryRules; readonly rest: RetryOptions | false | undefined } => {
  if (given === undefined || given === false) return { rules: base, rest: given };
  const { methods, statuses, ...rest } = given;
  const own = readOptions<Pick<ClientRetryOptions, 'methods' | 'statuses'>>(
    nestedSite(site, 'retry'),
    { methods, statuses },
    {},
    retryChecks,
  );
  const rules = Object.freeze({
    methods: own.methods ? new Set(own.methods.map((each) => each.toUpperCase())) : base.methods,
    statuses: own.statuses ? new Set(own.statuses) : base.statuses,
  });
  return { rules, rest };
};

/** Takes the connection's part out of `timeout`; the rest is for the policy. */
const splitTimeout = (
  site: OptionsSite,
  given: ClientTimeoutOptions | false | undefined,
): { readonly connectMs: number | undefined; readonly rest: TimeoutOptions | false | undefined } => {
  if (given === false) return { connectMs: undefined, rest: false };
  const { connectMs: written, ...rest } = given ?? {};
  const inTimeout = nestedSite(site, 'timeout');
  const { connectMs } = readOptions(inTimeout, { connectMs: written }, CLIENT_DEFAULTS.timeout, {
    connectMs: durationMs(1),
  });
  const [limitKey, limit] =
    rest.attemptMs === undefined
      ? (['totalMs', rest.totalMs] as const)
      : (['attemptMs', rest.attemptMs] as const);
  if (written !== undefined && typeof limit === 'number' && written > limit)
    rejectPair(inTimeout, ['connectMs', written], [limitKey, limit]);
  return { connectMs, rest };
};

const RETRY_RULES: RetryRules = Object.freeze({
  methods: new Set(IDEMPOTENT_METHODS),
  statuses: new Set(RETRY_STATUSES),
});

/**
 * Reads what may change at run time, as a whole.
 *
 * @throws TypeError or RangeError naming the option, what was expected and what was received
 */
export const readPlans = (
  site: OptionsSite,
  written: ClientReconfigureOptions & Pick<ClientOptions, 'fallback' | 'classify'>,
): ClientPlans => {
  const { connectMs, rest: timeout } = splitTimeout(site, written.timeout);
  const { rules, rest: retry } = splitRetry(site, written.retry, RETRY_RULES);
  const leastAttemptMs = written.timeout ? written.timeout.connectMs : undefined;
  const resilience = readResilience<ClientRequest, Answer, unknown>(
    site,
    { ...written, timeout, retry },
    { leastAttemptMs },
  );
  const { attemptMs } = resilience.timeout;
  return {
    // A connection that nobody gave a time takes no more than its attempt has.
    connectMs:
      attemptMs === undefined || connectMs === undefined ? connectMs : Math.min(connectMs, attemptMs),
    retryRules: rules,
    resilience,
  };
};
