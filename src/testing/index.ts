export {
  type CapturedLogs,
  captureLogs,
  type DuplicateKey,
  type LogLine,
  type WaitForOptions,
} from './capture-logs/index.ts';
export { type FakeUpstream, fakeUpstream, refusedUrl, type UpstreamRequest } from './fake-upstream.ts';
export type { UpstreamAnswer, UpstreamStep } from './fake-upstream-steps.ts';
export { type ManualClock, manualClock } from './manual-clock.ts';
export { seededRandom } from './seeded-random.ts';
