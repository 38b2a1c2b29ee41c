import { databaseFault, firstOf, inboundFault, outboundFault, type Recogniser } from '../errors/index.ts';

/**
 * What is known of errors of other libraries in every app. Recognisers that are right only in some apps are exported as
 * mappers for `mapErrors`.
 */
export const recognise: Recogniser = firstOf(inboundFault, databaseFault, outboundFault);
