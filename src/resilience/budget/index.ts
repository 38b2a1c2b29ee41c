export { createBudget, type RetryBudget } from './budget.ts';
export { BUDGET_DEFAULTS, type BudgetOptions, type BudgetPlan, readBudget } from './options.ts';
