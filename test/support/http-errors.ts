import { createRequire } from 'node:module';

type CreateError = (status: number, message: string | Error, properties?: object) => Error;

/** `createError` of the http-errors that Express itself uses, which is no dependency of this package. */
// As much of its signature as the tests use.
export const createError = createRequire(require.resolve('express'))('http-errors') as CreateError;
