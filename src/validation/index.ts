export type { OnlyParts, RequestSchemas } from './options.ts';
export {
  type BodyMiddleware,
  REQUIRE_BODY_DEFAULTS,
  type RequireBodyOptions,
  requireBody,
} from './require-body.ts';
export type {
  SchemaOutput,
  StandardIssue,
  StandardResult,
  StandardSchema,
  StandardSchemaProps,
} from './standard-schema.ts';
export { type Validated, type Validator, validate } from './validate.ts';
