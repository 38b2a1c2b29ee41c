export { explain } from './explain.ts';
export type { BulkheadFigures, CircuitFigures, Explanation } from './explanation.ts';
export type { ExplainSetup } from './figures.ts';
