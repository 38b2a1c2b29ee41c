export type { RequestSchemas } from './options.ts';
export type {
  SchemaOutput,
  StandardIssue,
  StandardResult,
  StandardSchema,
  StandardSchemaProps,
} from './standard-schema.ts';
export { type Validated, type Validator, validate } from './validate.ts';
