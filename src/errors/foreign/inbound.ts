import { bodyParserFault } from './body-parser.ts';
import { boomFault } from './boom.ts';
import { connectTimeoutFault } from './connect-timeout.ts';
import { firstOf } from './fault.ts';
import { httpErrorFault } from './http-error.ts';
import { malformedUrlFault } from './malformed-url.ts';
import { openapiFault } from './openapi.ts';
import { csrfFault, expressJwtFault, oauthBearerFault, passportFault } from './sign-in.ts';
import { busboyFault, multerFault } from './upload.ts';
import { validationFault } from './validation.ts';

/**
 * Recognises what parsers, sign-in and validation say of a request, the most specific first: many of these errors have
 * the shape of http-errors too.
 */
export const inboundFault = firstOf(
  bodyParserFault,
  malformedUrlFault,
  csrfFault,
  connectTimeoutFault,
  multerFault,
  busboyFault,
  expressJwtFault,
  oauthBearerFault,
  passportFault,
  openapiFault,
  validationFault,
  boomFault,
  httpErrorFault,
);
