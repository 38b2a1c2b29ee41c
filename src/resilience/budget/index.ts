export { createBudget, type RetryBudget } from './budget.ts';
export { type BudgetOptions, type BudgetPlan, budgetDefaults, readBudget } from './options.ts';
