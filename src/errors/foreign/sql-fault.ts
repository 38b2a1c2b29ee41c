import { DUPLICATE, STALE, TIMED_OUT, TRY_AGAIN, UNAVAILABLE } from './dependency-fault.ts';
import type { ForeignFault } from './fault.ts';

/** What a database refused a statement for, whatever its code for it is. */
export type SqlFaultKind =
  | 'duplicate'
  | 'reference'
  | 'exclusion'
  | 'stale'
  | 'missing'
  | 'data'
  | 'input'
  | 'race'
  | 'timeout'
  | 'unavailable';

/** A failed statement, as far as it can be told from the error alone. */
export interface SqlFault {
  readonly kind: SqlFaultKind;
  /** Names of the constraint, its key or its columns, as the library gives them. Not public. */
  readonly names: readonly string[];
}

const FAULTS: Readonly<Record<SqlFaultKind, ForeignFault | undefined>> = Object.freeze({
  duplicate: DUPLICATE,
  reference: { status: 409 },
  exclusion: { status: 409 },
  stale: STALE,
  missing: { status: 404 },
  // A value that a column refuses may be the caller's mistake or ours: only the app knows.
  data: undefined,
  // Prisma's word for a value that it refused for its model.
  input: { status: 400 },
  race: TRY_AGAIN,
  timeout: TIMED_OUT,
  unavailable: UNAVAILABLE,
});

/** What a failed statement is answered with in every app. */
export const faultOfSql = ({ kind }: SqlFault): ForeignFault | undefined => FAULTS[kind];

/** A table of codes by what they mean, turned round. */
export const kindsByCode = <Code>(
  table: Readonly<Partial<Record<SqlFaultKind, readonly Code[]>>>,
): ReadonlyMap<Code, SqlFaultKind> =>
  // Object.entries forgets which texts the keys are.
  new Map(
    Object.entries(table).flatMap(([kind, codes]) => codes.map((code) => [code, kind as SqlFaultKind])),
  );
