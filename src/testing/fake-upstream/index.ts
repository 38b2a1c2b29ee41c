export { type Blackhole, blackhole, dnsFailureUrl, refusedUrl } from './addresses.ts';
export type { UpstreamAnswer } from './answer.ts';
export { type FailingOptions, failing } from './failing.ts';
export { type FakeUpstream, type FakeUpstreamOptions, fakeUpstream } from './fake-upstream.ts';
export type { UpstreamFault } from './faults.ts';
export type { UpstreamRequest } from './receive.ts';
export type { UpstreamStep, UpstreamSteps } from './steps.ts';
