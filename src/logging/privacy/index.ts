export { type ReadFields, readFieldsOf, teachFields } from './fields.ts';
export {
  ACCESS_PRIVACY_DEFAULTS,
  type AccessPrivacyOptions,
  accessPrivacyChecks,
  FIELD_PRIVACY_DEFAULTS,
  type FieldPrivacyOptions,
  fieldPrivacyChecks,
  type HmacOptions,
  type IpMode,
  type UserIdMode,
} from './options.ts';
export { createPartsReader, type PartsReader } from './request-parts.ts';
