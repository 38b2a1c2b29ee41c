export { type BulkheadPolicyOptions, bulkhead, createBulkhead } from './bulkhead.ts';
export { BULKHEAD_DEFAULTS, type BulkheadOptions, type BulkheadPlan, readBulkhead } from './options.ts';
