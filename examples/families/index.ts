import express from 'express';
import { breakwater, defineError, on, TooManyRequestsError } from 'express-breakwater';

// #region readme
/** The family: everything that can go wrong with a payment, and that the buyer can act on. */
export const PaymentError = defineError('payment-error', {
  status: 402,
  title: 'The payment was not made',
  detail: (d: { orderId: string }) => `Order ${d.orderId} was not paid.`,
  extensions: ['orderId'],
});

export const CardDeclined = defineError('card-declined', {
  extends: PaymentError, // its status and the extension orderId come from there
  title: 'The card was declined',
  extensions: ['reason'],
  detail: (d: { reason: string }) => `The bank says: ${d.reason}.`,
  retryable: false, // our own clients ask no second time
});

export const LedgerDown = defineError('ledger-down', {
  status: 503,
  detail: (d: { host: string; minutes: number }) => `No answer from ${d.host}`, // for the log
  publicDetail: (d) => `Payments are back in ${d.minutes} minutes.`, // for everybody
  retryable: true,
});

export const orderOf = (thrown: unknown): string | undefined =>
  PaymentError.is(thrown) ? thrown.data.orderId : undefined; // CardDeclined too
// #endregion readme

// Nobody learns by trying which cards are blocked.
const hideBlocked = on(CardDeclined, ({ data }) =>
  data.reason === 'blocked' ? new TooManyRequestsError('Try another card') : undefined,
);
const { before, after } = breakwater({
  service: 'payments',
  logger: { level: 'silent' },
  problem: { mapErrors: [hideBlocked] },
});

export const app = express();
app.use(before);
app.post('/payments/:card', (req) => {
  const { card } = req.params;
  if (card === 'none') throw new PaymentError({ orderId: '7' });
  if (card === 'ledger') throw new LedgerDown({ host: 'db-host', minutes: 5 }, { retryAfterMs: 300_000 });
  throw new CardDeclined({ orderId: '7', reason: card });
});
app.use(after);
