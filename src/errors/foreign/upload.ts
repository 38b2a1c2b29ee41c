import { readSafely } from '../../kernel/index.ts';
import { knownBy } from './fault.ts';
import { BUSBOY_TEXTS } from './fixed-texts.ts';
import { TRAIT } from './traits.ts';

const MAX_FIELD_LENGTH = 200;

/** Codes of multer that blame the request, with status and words of our own. */
const MULTER: ReadonlyMap<unknown, readonly [number, string]> = new Map([
  ['LIMIT_FIELD_ARRAY_INDEX', [400, 'The index in the name of a form field is too large.']],
  ['LIMIT_FIELD_COUNT', [413, 'The form has too many fields.']],
  ['LIMIT_FIELD_KEY', [413, 'The name of a form field is too long.']],
  ['LIMIT_FIELD_NESTING', [400, 'The name of a form field is nested too deeply.']],
  ['LIMIT_FIELD_VALUE', [413, 'A form field is larger than allowed.']],
  ['LIMIT_FILE_COUNT', [413, 'The form has too many files.']],
  ['LIMIT_FILE_SIZE', [413, 'A file is larger than allowed.']],
  ['LIMIT_PART_COUNT', [413, 'The form has too many parts.']],
  ['LIMIT_UNEXPECTED_FILE', [400, 'The form has a file where none is expected.']],
  ['INVALID_FIELD_NAME', [400, 'The name of a form field is not valid.']],
  ['MISSING_FIELD_NAME', [400, 'A form field has no name.']],
]);

/** Recognises multer's errors by their codes; the field is named, the file is not. */
export const multerFault = knownBy(TRAIT.name, (error) => {
  const known = MULTER.get(readSafely(error, 'code'));
  if (known === undefined || readSafely(error, 'name') !== 'MulterError') return undefined;
  const [status, detail] = known;
  const field = readSafely(error, 'field');
  return typeof field === 'string' && field.length <= MAX_FIELD_LENGTH
    ? { status, detail, extensions: { field } }
    : { status, detail };
});

/** Recognises busboy's errors, which are plain ones, by their fixed messages. */
export const busboyFault = knownBy(TRAIT.text, (error) =>
  BUSBOY_TEXTS.has(readSafely(error, 'message')) &&
  readSafely(error, 'name') === 'Error' &&
  readSafely(error, 'code') === undefined
    ? {
        status: 400,
        code: 'malformed-multipart',
        title: 'Malformed multipart form',
        detail: 'The request body is not a valid multipart form.',
      }
    : undefined,
);
