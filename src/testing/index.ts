export { type CapturedLogs, captureLogs, type LogLine } from './capture-logs.ts';
export { type ManualClock, manualClock } from './manual-clock.ts';
export { seededRandom } from './seeded-random.ts';
