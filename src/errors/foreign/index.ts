export { type HttpErrorShape, readHttpError } from './http-error.ts';
