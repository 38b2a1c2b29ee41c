import { isUpstreamError } from '../../errors/index.ts';
import type { Classify } from '../../policy/index.ts';
import { isHedgeLost } from '../hedge/index.ts';
import type { StackSetup } from './setup.ts';

/** A breaker around attempts hears of those that another one was faster than: they say nothing, whatever the app thinks. */
export const classifyAttempt =
  <Req, Res>({ resilience: { classify } }: StackSetup<Req, Res>): Classify<Res> =>
  (settled) =>
    isHedgeLost(settled.error) ? 'neutral' : classify?.(settled);

/** A breaker around whole calls hears of their total time from outside, as of a caller who leaves; it is a failure. */
export const classifyCall =
  <Req, Res>({ name, resilience: { classify } }: StackSetup<Req, Res>): Classify<Res> =>
  (settled) => {
    const { error } = settled;
    const tookAllTime =
      isUpstreamError(error) && error.dependency === name && error.reason === 'total-timeout';
    return classify?.(settled) ?? (tookAllTime ? 'failure' : undefined);
  };
