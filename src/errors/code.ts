const CODE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** The answer takes no longer one, for the code ends a URI. */
export const MAX_CODE_LENGTH = 100;

/** Whether `value` can be the code of an error: kebab case, of at most 100 characters. */
export const isCode = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= MAX_CODE_LENGTH && CODE.test(value);
