import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { BusinessError, ConflictError, defineError, StaleVersionError } from '../../src/errors/index.ts';
import { createEventHub } from '../../src/events/index.ts';
import { type ErrorMapper, on, problemHandler } from '../../src/problem/index.ts';
import { readProblemOptions } from '../../src/problem/options.ts';
import { loadCopy } from '../support/copy.ts';
import { expressMajors } from '../support/express.ts';

const PaymentError = defineError('payment-error', { status: 402 });
const CardDeclined = defineError('card-declined', { extends: PaymentError });
const CardExpired = defineError('card-expired', { extends: CardDeclined });

class Stale extends Error {}
class VeryStale extends Stale {}

const skip = (): undefined => undefined;

/** Which places of the given list the mappers take, in the order in which they are asked. */
const orderOf = (...mapErrors: ErrorMapper[]): readonly number[] =>
  readProblemOptions({ mapErrors }).mapErrors.map((mapper) => mapErrors.indexOf(mapper));

describe('the order of mapErrors', () => {
  it('has a class before one that it extends', () => {
    expect(orderOf(on(Stale, skip), on(VeryStale, skip))).toEqual([1, 0]);
    expect(orderOf(on(VeryStale, skip), on(Stale, skip))).toEqual([0, 1]);
    expect(orderOf(on(Error, skip), on(Stale, skip), on(VeryStale, skip))).toEqual([2, 1, 0]);
  });

  it('has the members of a family before it', () => {
    const mappers = [on(PaymentError, skip), on(CardExpired, skip), on(CardDeclined, skip)];

    expect(orderOf(...mappers)).toEqual([1, 2, 0]);
  });

  it('has the classes of the vocabulary before their bases', () => {
    const mappers = [on(BusinessError, skip), on(ConflictError, skip), on(StaleVersionError, skip)];

    expect(orderOf(...mappers)).toEqual([2, 1, 0]);
  });

  it('knows the bases and families of another copy of the package', async () => {
    const copy = await loadCopy();
    const Twin = copy.defineError('payment-error', { status: 402 });

    expect(orderOf(on(copy.ConflictError, skip), on(StaleVersionError, skip))).toEqual([1, 0]);
    expect(orderOf(on(Twin, skip), on(CardDeclined, skip))).toEqual([1, 0]);
  });

  it('knows a class that is written as a function', () => {
    function Old(): void {}
    Old.prototype = Object.create(Stale.prototype);
    // How a library of the days before classes types such a constructor.
    const OldError = Old as unknown as new () => Error;

    expect(orderOf(on(Stale, skip), on(OldError, skip))).toEqual([1, 0]);
  });

  it('leaves unrelated classes, predicates and the same class where they stand', () => {
    const isAny = (error: Error): boolean => error.message !== '';
    const mappers = [on(VeryStale, skip), on(isAny, skip), on(CardDeclined, skip), on(RangeError, skip)];

    expect(orderOf(...mappers, skip, on(VeryStale, skip), on(CardDeclined, skip))).toEqual([
      0, 1, 2, 3, 4, 5, 6,
    ]);
    expect(orderOf(on(isAny, skip), on(Stale, skip), skip, on(VeryStale, skip))).toEqual([0, 3, 1, 2]);
  });
});

describe.each(expressMajors)('problemHandler on $major, with mappers of a family', ({ express }) => {
  it('asks the most specific, and the next one where that gives nothing', async () => {
    const app = express();
    app.get('/declined', () => {
      throw new CardDeclined();
    });
    app.get('/expired', () => {
      throw new CardExpired();
    });
    const general = on(PaymentError, () => new ConflictError('', { code: 'general' }));
    const declined = on(CardDeclined, () => new ConflictError('', { code: 'declined' }));
    const mapErrors = [general, declined, on(CardExpired, skip)];
    app.use(problemHandler({ events: createEventHub(), mapErrors }));

    const answers = [await request(app).get('/declined'), await request(app).get('/expired')];

    expect(answers.map(({ body }) => body.code)).toEqual(['declined', 'declined']);
  });
});
