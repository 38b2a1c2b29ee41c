export { type BulkheadPolicy, type BulkheadPolicyOptions, bulkhead, createBulkhead } from './bulkhead.ts';
export type { Bulkhead, BulkheadSnapshot } from './handle.ts';
export { BULKHEAD_DEFAULTS, type BulkheadOptions, type BulkheadPlan, readBulkhead } from './options.ts';
