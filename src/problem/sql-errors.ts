import {
  errorOfFault,
  type ForeignFault,
  faultOfSql,
  readSqlFault,
  type SqlFault,
  type SqlFaultKind,
  toPointer,
} from '../errors/index.ts';
import { readOptions } from '../kernel/index.ts';
import type { ErrorMapper } from './mappers.ts';

/** Options of `sqlErrors()`. */
export interface SqlErrorsOptions {
  /**
   * Status of a value that the database refuses (too long, out of range, missing, against a check), for apps in which
   * that is the caller's mistake. `false` leaves it a 500, and Prisma's own checks of values a 400.
   * @default false
   */
  readonly dataFaults?: 400 | 422 | false | undefined;
  /**
   * The member of the request body behind each constraint, key or column: `{ users_email_key: 'email' }`. The answer
   * points at it in `errors`; dots lead into nested members.
   * @default {}
   */
  readonly constraints?: Readonly<Record<string, string>> | undefined;
}

/** Options as the mapper uses them. */
export interface SqlErrorsSettings {
  readonly dataFaults: 400 | 422 | false;
  readonly constraints: Readonly<Record<string, string>>;
}

/** The defaults of `sqlErrors()`. */
export const SQL_ERRORS_DEFAULTS: SqlErrorsSettings = Object.freeze({
  dataFaults: false,
  constraints: Object.freeze({}),
});

const isTextMap = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((member) => typeof member === 'string' && member !== '');

const checks = {
  dataFaults: {
    expects: '400, 422 or false',
    type: (value: unknown) => typeof value === 'number' || value === false,
    range: (value: unknown) => value === 400 || value === 422 || value === false,
  },
  constraints: { expects: 'an object of names of constraints and members', type: isTextMap },
};

const DETAILS: Readonly<Partial<Record<SqlFaultKind, string>>> = Object.freeze({
  duplicate: 'This value is taken already.',
  reference: 'What this value refers to is missing, or still needed.',
  exclusion: 'This value overlaps with another.',
  data: 'This value is not allowed.',
  input: 'This value is not allowed.',
});

const pointersOf = ({ names }: SqlFault, members: ReadonlyMap<string, string>): readonly string[] => {
  const found = names.map((name) => members.get(name)).filter((member) => member !== undefined);
  return [...new Set(found)].map((path) => toPointer(path.split('.')));
};

/**
 * A mapper for `mapErrors` that says more about failed SQL statements than can be said in every app: which member of
 * the body a constraint stands for, and that values which the database refuses are the caller's. Reads errors of pg,
 * mysql2, Prisma, Sequelize and TypeORM.
 *
 * @throws TypeError or RangeError for an option that is unknown or wrong
 * @example
 * problemHandler({ mapErrors: [sqlErrors({ dataFaults: 422, constraints: { users_email_key: 'email' } })] });
 */
export const sqlErrors = (options?: SqlErrorsOptions): ErrorMapper => {
  const settings = readOptions({ where: 'sqlErrors' }, options, SQL_ERRORS_DEFAULTS, checks);
  const { dataFaults } = settings;
  const members = new Map(Object.entries(settings.constraints));

  const baseOf = (fault: SqlFault): ForeignFault | undefined =>
    (fault.kind === 'data' || fault.kind === 'input') && dataFaults !== false
      ? { status: dataFaults }
      : faultOfSql(fault);

  return (error) => {
    const fault = readSqlFault(error);
    const base = fault && baseOf(fault);
    if (fault === undefined || base === undefined) return undefined;
    const detail = DETAILS[fault.kind];
    const errors = pointersOf(fault, members).map((pointer) => ({ detail, pointer }));
    const isPublic = detail !== undefined && errors.length > 0;
    return errorOfFault(isPublic ? { ...base, extensions: { errors } } : base, error);
  };
};
