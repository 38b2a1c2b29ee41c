export { bodyParserFault } from './body-parser.ts';
export type { ForeignFault, Recogniser } from './fault.ts';
export { errorOfFault } from './fault-error.ts';
export { type HttpErrorShape, httpErrorFault, readHttpError } from './http-error.ts';
export { malformedUrlFault } from './malformed-url.ts';
