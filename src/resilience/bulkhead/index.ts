export { type BulkheadPolicyOptions, bulkhead, createBulkhead } from './bulkhead.ts';
export { type BulkheadOptions, type BulkheadPlan, bulkheadDefaults, readBulkhead } from './options.ts';
