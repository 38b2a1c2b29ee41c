// #region readme
import { validate } from 'express-breakwater';
import * as v from 'valibot';

export const newOrder = validate({
  query: v.object({ dryRun: v.optional(v.picklist(['yes', 'no']), 'no') }),
  headers: v.object({ 'x-tenant': v.pipe(v.string(), v.minLength(3)) }),
  body: v.object({
    productId: v.pipe(v.string(), v.minLength(1)),
    quantity: v.pipe(v.number(), v.integer(), v.minValue(1)),
  }),
});
// #endregion readme
