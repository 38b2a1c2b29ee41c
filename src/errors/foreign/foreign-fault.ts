import { databaseFault } from './database.ts';
import { firstOf } from './fault.ts';
import { inboundFault } from './inbound.ts';
import { outboundFault } from './outbound.ts';

/**
 * What is known of errors of other libraries in every app. Recognisers that are right only in some apps are mappers that
 * an app opts into.
 */
export const foreignFault = firstOf(inboundFault, databaseFault, outboundFault);
