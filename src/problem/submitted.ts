import { publicDetail, type SubmittedTexts, submittedTexts } from '../errors/index.ts';
import { readSafely } from '../kernel/index.ts';

const PARTS = ['params', 'query', 'body'] as const;

const textsOf = (req: object): SubmittedTexts => {
  try {
    return submittedTexts(PARTS.map((part) => readSafely(req, part)));
  } catch {
    // What a parser put there cannot be looked at, so nothing that may quote it is said.
    return undefined;
  }
};

/**
 * Extensions of an error of another library without what its list of faults quotes of the request: many such errors do
 * not carry the submitted data that their messages were made from.
 */
export const withoutSubmitted = (
  extensions: Readonly<Record<string, unknown>>,
  req: object,
): Readonly<Record<string, unknown>> => {
  const { errors } = extensions;
  if (!Array.isArray(errors)) return extensions;
  const texts = textsOf(req);
  const checked = errors.map((fault) => ({
    ...fault,
    detail: publicDetail(readSafely(fault, 'detail'), texts),
  }));
  return { ...extensions, errors: checked };
};
