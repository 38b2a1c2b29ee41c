import { describe, expect, it } from '@jest/globals';
import {
  type BreakwaterError,
  BusinessError,
  ConflictError,
  defineError,
  NotFoundError,
} from '../../src/errors/index.ts';
import { classify } from '../../src/problem/classify.ts';
import { type ErrorMapper, on } from '../../src/problem/index.ts';
import { loadCopy } from '../support/copy.ts';

const OrderError = defineError('order-error', {
  status: 400,
  detail: (d: { id: string }) => `Order ${d.id}`,
});
const OrderLocked = defineError('order-locked', { extends: OrderError, status: 409 });

const codeOf = (error: Error, mapper: ErrorMapper): string => classify(error, [mapper], () => undefined).code;
const toMine = (): BreakwaterError => new ConflictError('Mine', { code: 'mine' });

describe('on a class of defineError', () => {
  it('covers its whole family, and nothing above it', () => {
    expect(codeOf(new OrderLocked({ id: '7' }), on(OrderError, toMine))).toBe('mine');
    expect(codeOf(new OrderError({ id: '7' }), on(OrderLocked, toMine))).toBe('order-error');
  });

  it('knows the family of another copy of the package, and hands over its data', async () => {
    const copy = await loadCopy();
    const Twin = copy.defineError<{ id: string }>('order-error', { status: 400 });
    const TwinChild = copy.defineError('order-lost', { extends: Twin });
    const ids: string[] = [];
    const mapper = on(OrderError, ({ data }) => {
      ids.push(data.id);
      return toMine();
    });

    const codes = [new Twin({ id: '7' }), new TwinChild({ id: '8' })].map((error) => codeOf(error, mapper));

    expect([codes, ids]).toEqual([
      ['mine', 'mine'],
      ['7', '8'],
    ]);
  });

  it('takes a class of another copy of the package', async () => {
    const copy = await loadCopy();
    const Twin = copy.defineError<{ id: string }>('order-error', { status: 400 });

    expect(codeOf(new OrderLocked({ id: '7' }), on(Twin, toMine))).toBe('mine');
  });

  it('tests a class that merely extends one with instanceof', () => {
    class Special extends OrderError {}

    expect(codeOf(new OrderError({ id: '7' }), on(Special, toMine))).toBe('order-error');
    expect(codeOf(new Special({ id: '7' }), on(Special, toMine))).toBe('mine');
  });

  it('does not ask a guard that another library calls is', () => {
    class Foreign extends Error {
      static is(): boolean {
        return true;
      }
    }

    expect(codeOf(new Error(), on(Foreign, toMine))).toBe('internal-server-error');
  });
});

describe('on a class of this package', () => {
  it('knows the errors of another copy, its subclasses among them', async () => {
    const copy = await loadCopy();
    class OrderLost extends copy.NotFoundError {}

    expect(codeOf(new copy.NotFoundError(), on(NotFoundError, toMine))).toBe('mine');
    expect(codeOf(new OrderLost(), on(NotFoundError, toMine))).toBe('mine');
    expect(codeOf(new copy.DuplicateResourceError(), on(ConflictError, toMine))).toBe('mine');
    expect(codeOf(new copy.NotFoundError(), on(BusinessError, toMine))).toBe('mine');
    expect(codeOf(new copy.NotFoundError(), on(ConflictError, toMine))).toBe('not-found');
  });

  it('tests a class that merely extends one with instanceof', () => {
    class OrderLost extends NotFoundError {}

    expect(codeOf(new NotFoundError(), on(OrderLost, toMine))).toBe('not-found');
    expect(codeOf(new OrderLost(), on(OrderLost, toMine))).toBe('mine');
  });

  it('takes no class of defineError with the same name for it', () => {
    const Other = defineError('conflict-error', { status: 400 });

    expect(codeOf(new Other(), on(ConflictError, toMine))).toBe('conflict-error');
  });
});
