export { type BudgetOptions, type BudgetPlan, budgetDefaults, readBudget } from './options.ts';
