export { type CapturedLogs, captureLogs, type WaitForOptions } from './capture-logs.ts';
export type { DuplicateKey } from './duplicate-keys.ts';
export type { LogLine } from './line.ts';
