import { defineError } from 'express-breakwater';

export interface Product {
  readonly id: string;
  readonly name: string;
  readonly price: { readonly amount: number; readonly currency: string };
}

export interface Profile {
  readonly id: string;
  readonly name: string;
  readonly balance: number;
}

export const ProductNotFound = defineError('product-not-found', {
  status: 404,
  title: 'Product not found',
  detail: (d: { productId: string }) => `There is no product "${d.productId}".`,
  extensions: ['productId'],
});

export const UserNotFound = defineError('user-not-found', {
  status: 404,
  title: 'User not found',
  detail: (d: { userId: string }) => `There is no user "${d.userId}".`,
  extensions: ['userId'],
});

/** What somebody shows to prove who is asking. A real token is signed, and ends some day. */
export const tokenOf = (userId: string): string => `demo-${userId}`;

/** A guest whose profile many want at once, and who is not found at once. */
export const POPULAR_GUEST = 'guest-burst';

// #region readme
export const InsufficientFunds = defineError('insufficient-funds', {
  status: 403,
  title: 'Insufficient funds',
  detail: (d: { needed: number; balance: number }) =>
    `The order needs ${d.needed} but the balance is ${d.balance}.`,
  extensions: ['needed'],
});
// #endregion readme
