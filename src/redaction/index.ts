export { type DescribeErrorOptions, describeError, type ErrorRecord } from './error-record.ts';
export { createRedactor, type FieldExceptions, type Redactor } from './redact.ts';
export { pathOf, ROUTE_PARAMS } from './request-fields.ts';
export { isSecretName } from './secret-names.ts';
export { escapeControls, REDACTED, scrubLine, scrubText } from './text.ts';
