import {
  bodyParserFault,
  boomFault,
  busboyFault,
  connectTimeoutFault,
  csrfFault,
  databaseFault,
  expressJwtFault,
  type ForeignFault,
  httpErrorFault,
  malformedUrlFault,
  multerFault,
  oauthBearerFault,
  openapiFault,
  outboundFault,
  passportFault,
  type Recogniser,
  VALIDATION,
} from '../errors/index.ts';

/**
 * Recognisers of other libraries' errors that hold in every app, the most specific first. Those that are right only in
 * some apps are exported as mappers for `mapErrors`.
 */
export const BUILT_IN: readonly Recogniser[] = Object.freeze([
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
  ...VALIDATION,
  boomFault,
  httpErrorFault,
  databaseFault,
  outboundFault,
]);

/** What the first recogniser that knows `error` says of it. */
export const recognise = (
  error: unknown,
  recognisers: readonly Recogniser[] = BUILT_IN,
): ForeignFault | undefined => {
  for (const recogniser of recognisers) {
    const fault = recogniser(error);
    if (fault !== undefined) return fault;
  }
  return undefined;
};
