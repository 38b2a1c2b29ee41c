export { type BulkheadOptions, type BulkheadPlan, bulkheadDefaults, readBulkhead } from './options.ts';
