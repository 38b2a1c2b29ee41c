export { type DescribeErrorOptions, describeError, type ErrorRecord } from './error-record.ts';
export {
  asFields,
  type CopyFields,
  createRedactor,
  type FieldExceptions,
  MAX_VALUES,
  type Redactor,
} from './redact.ts';
export { pathOf, ROUTE_WAY, secretsOf } from './request-fields.ts';
export { isSecretName } from './secret-names.ts';
export { dropControls, escapeControls, REDACTED, scrubLine, scrubText } from './text.ts';
