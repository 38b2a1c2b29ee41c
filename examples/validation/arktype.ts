// #region readme
import { type } from 'arktype';
import { validate } from 'express-breakwater';

export const newOrder = validate({
  query: type({ dryRun: "'yes' | 'no' = 'no'" }),
  headers: type({ 'x-tenant': 'string >= 3' }),
  body: type({ productId: 'string > 0', quantity: 'number.integer >= 1' }),
});
// #endregion readme
