import express5 from 'express';
import express4 from 'express4';

/** Both majors that the package supports; `describe.each` runs a suite on each. */
export const expressMajors = [
  { major: 'Express 4', express: express4 },
  { major: 'Express 5', express: express5 },
] as const;
