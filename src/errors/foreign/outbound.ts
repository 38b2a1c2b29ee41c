import { circuitBreakerFault } from './circuit-breaker.ts';
import { firstOf } from './fault.ts';
import { httpClientFault } from './http-client.ts';
import { networkFault } from './network.ts';
import { remoteServiceFault } from './remote-service.ts';

/**
 * Recognises failed outgoing calls of other libraries. Another server's status is never ours, and nothing of its
 * answer is copied but when to try again. The plain codes of the network come last: clients put them on errors that
 * say more.
 */
export const outboundFault = firstOf(circuitBreakerFault, httpClientFault, remoteServiceFault, networkFault);
