export { type CacheStoreCase, cacheStoreContract } from './cache-store-contract.ts';
export {
  type CapturedLogs,
  captureLogs,
  type DuplicateKey,
  type LogLine,
  type WaitForOptions,
} from './capture-logs/index.ts';
export {
  type Blackhole,
  blackhole,
  dnsFailureUrl,
  type FailingOptions,
  type FakeUpstream,
  type FakeUpstreamOptions,
  failing,
  fakeUpstream,
  refusedUrl,
  type UpstreamAnswer,
  type UpstreamFault,
  type UpstreamRequest,
  type UpstreamStep,
  type UpstreamSteps,
} from './fake-upstream/index.ts';
export { type ManualClock, manualClock } from './manual-clock.ts';
export { seededRandom } from './seeded-random.ts';
