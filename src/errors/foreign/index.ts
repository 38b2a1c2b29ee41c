export { type BodyFault, readBodyFault } from './body-parser.ts';
export { type HttpErrorShape, readHttpError } from './http-error.ts';
export { isMalformedUrl } from './malformed-url.ts';
