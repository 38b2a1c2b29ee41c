import { describe, expect, it } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import {
  type BreakwaterError,
  BusinessError,
  type DefinedError,
  defineError,
  type ErrorDefinition,
  isBusinessError,
  isUpstreamError,
  type Journal,
  journalOf,
  NotFoundError,
  type ProblemBody,
  parseProblem,
  type RequestFault,
  type UpstreamResponseError,
  ValidationError,
} from '../../src/errors/index.ts';

interface Funds {
  readonly needed: number;
  readonly balance: number;
}

const detail = (d: Funds): string => `The order needs ${d.needed} but the balance is ${d.balance}.`;

describe('the types of defineError', () => {
  it('take the data from the parameter of detail', () => {
    const InsufficientFunds = defineError('insufficient-funds', {
      status: 403,
      detail,
      extensions: ['needed'],
    });

    const error = new InsufficientFunds({ needed: 30, balance: 10 });

    expectTypeOf(error).toEqualTypeOf<DefinedError<Funds>>();
    expectTypeOf(error.data).toEqualTypeOf<Readonly<Funds>>();
    expectTypeOf(error).toExtend<BreakwaterError>();
    expectTypeOf(InsufficientFunds).constructorParameters.toExtend<[data: Funds, options?: object]>();
    expect(error.data.needed).toBe(30);
  });

  it('do not let the data be left out, incomplete or wrong', () => {
    const InsufficientFunds = defineError('insufficient-funds', { status: 403, detail });

    const attempts = [
      // @ts-expect-error the data is missing
      () => new InsufficientFunds(),
      // @ts-expect-error balance is missing
      () => new InsufficientFunds({ needed: 30 }),
      // @ts-expect-error needed is a text
      () => new InsufficientFunds({ needed: '30', balance: 10 }),
    ];

    expect(attempts).toHaveLength(3);
  });

  it('let only keys of the data be extensions', () => {
    const define = [
      () => defineError('a', { status: 403, detail, extensions: ['needed', 'balance'] }),
      // @ts-expect-error owner is no key of the data
      () => defineError('b', { status: 403, detail, extensions: ['owner'] }),
      // @ts-expect-error there is no data
      () => defineError('c', { status: 403, extensions: ['needed'] }),
    ];

    expect(define).toHaveLength(3);
  });

  it('take explicit data, and no argument where there is none', () => {
    const Named = defineError<{ id: string }>('named', { status: 404, extensions: ['id'] });
    const Bare = defineError('bare', { status: 404 });

    expectTypeOf(new Named({ id: '7' }).data).toEqualTypeOf<Readonly<{ id: string }>>();
    expectTypeOf(new Bare().data).toEqualTypeOf<undefined>();
    expectTypeOf(Bare.code).toEqualTypeOf<string>();
    // @ts-expect-error there is no data to give
    expect(() => new Bare({ id: '7' })).not.toThrow();
  });

  it('refuse options that do not exist', () => {
    // @ts-expect-error detials is misspelt
    const define = () => defineError('a', { status: 404, detials: 'x' });

    expect(define).toThrow(TypeError);
  });
});

describe('the types of the branches', () => {
  it('take a title only together with a code', () => {
    expectTypeOf<{ status: 402; code: 'broke'; title: 'Broke' }>().toExtend<ErrorDefinition>();
    expectTypeOf<{ status: 402; code: 'broke' }>().toExtend<ErrorDefinition>();
    expectTypeOf<{ status: 402 }>().toExtend<ErrorDefinition>();
    expectTypeOf<{ status: 402; title: 'Broke' }>().not.toExtend<ErrorDefinition>();
    expectTypeOf<{ code: 'broke' }>().not.toExtend<ErrorDefinition>();

    class Broke extends BusinessError {
      constructor(message?: string) {
        super({ status: 402, code: 'broke', title: 'Broke' }, message);
      }
    }
    expect(new Broke().title).toBe('Broke');
  });

  it('do not let a branch be thrown itself', () => {
    // @ts-expect-error BusinessError is abstract
    const make = () => new BusinessError({ status: 404 });

    expect(make).toBeDefined();
  });
});

describe('the types of guards and readers', () => {
  it('narrow the unknown', () => {
    const narrow = (thrown: unknown): string => {
      if (isUpstreamError(thrown)) {
        expectTypeOf(thrown.reason).toEqualTypeOf<string>();
        expectTypeOf(thrown.dependency).toEqualTypeOf<string | undefined>();
        return thrown.reason;
      }
      if (isBusinessError(thrown)) {
        expectTypeOf(thrown.status).toEqualTypeOf<number>();
        return thrown.code;
      }
      expectTypeOf(thrown).toBeUnknown();
      return 'unknown';
    };

    expect(narrow(new NotFoundError())).toBe('not-found');
  });

  it('say what may be absent', () => {
    expectTypeOf(parseProblem).returns.toEqualTypeOf<ProblemBody | undefined>();
    expectTypeOf(journalOf).returns.toEqualTypeOf<Journal | undefined>();
    expectTypeOf<NotFoundError['retryAfterMs']>().toEqualTypeOf<number | undefined>();
    expectTypeOf<UpstreamResponseError['problem']>().toEqualTypeOf<ProblemBody | undefined>();
    expect(parseProblem(undefined)).toBeUndefined();
  });

  it('tell faults of the body from faults elsewhere', () => {
    const error = new ValidationError('2 faults', {
      errors: [
        { detail: 'missing', pointer: '#/sku' },
        { detail: 'missing', in: 'query', name: 'page' },
      ],
    });

    expectTypeOf(error.errors).toEqualTypeOf<readonly RequestFault[]>();
    expectTypeOf<{ detail: 'x' }>().not.toExtend<RequestFault>();
    expectTypeOf<{ detail: 'x'; in: 'cookies'; name: 'y' }>().not.toExtend<RequestFault>();
    expect(error.errors).toHaveLength(2);
  });

  it('keep everything readonly', () => {
    const error = new NotFoundError('x');

    // @ts-expect-error status is readonly
    const change = () => (error.status = 200);

    expect(change).toBeDefined();
  });
});
