// #region readme
import { breakwater, currentCall, guardOf } from 'express-breakwater';
import { findReviews } from './reviews.ts';

const { guarded } = breakwater({ service: 'shop', logger: { level: 'error' } });

export class Reviews {
  @guarded({ name: 'reviews', timeout: { attemptMs: 500 }, fallback: { value: [] } })
  async find(productId: string): Promise<string[]> {
    return findReviews(productId, currentCall().signal);
  }
}

export const reviews = new Reviews();

/** How the circuit of the method stands, which all instances share. */
export const state = (): string | undefined => guardOf(Reviews.prototype.find).breaker?.snapshot().state;

/** The value, whether the fallback gave it, what for, and after which attempts. */
export const explained = (productId: string) => guardOf(reviews.find, reviews).answer(productId);
// #endregion readme

const show = async (): Promise<void> => {
  const { value, source, reason } = await explained('outage');
  console.log(JSON.stringify([await reviews.find('tea'), value, source, reason, state()]));
};

if (require.main === module) void show();
