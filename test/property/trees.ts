import fc, { type Arbitrary } from 'fast-check';
import { NotFoundError } from '../../src/errors/index.ts';
import { type Make, SECRET } from './thrown.ts';

/** An aggregate, and whether it can be answered as its members are. */
export interface Tree {
  readonly make: Make<Error>;
  readonly isAnswered: boolean;
}

/** What aggregates are looked into for at most, all members together, and so many of them one in another. */
const MAX_MEMBERS = 1_000;
const MAX_DEPTH = 8;

/** A known error, or an aggregate of such. */
type Plan = 'leaf' | readonly Plan[];

const build = (plan: Plan): Error =>
  plan === 'leaf' ? new NotFoundError('Public text') : new AggregateError(plan.map(build), SECRET);

const depthOf = (plan: Plan): number =>
  plan === 'leaf' ? 0 : 1 + Math.max(0, ...plan.map((each) => depthOf(each)));

const membersOf = (plan: Plan): number =>
  plan === 'leaf' ? 0 : plan.length + plan.reduce((sum, each) => sum + membersOf(each), 0);

const hasLeaf = (plan: Plan): boolean => plan === 'leaf' || plan.some(hasLeaf);

const treeOf = (plan: Plan): Tree => ({
  make: () => build(plan),
  isAnswered: depthOf(plan) <= MAX_DEPTH && membersOf(plan) <= MAX_MEMBERS && hasLeaf(plan),
});

const times = (count: number, plan: Plan): readonly Plan[] => Array.from({ length: count }, () => plan);

const nest = (depth: number, plan: Plan): Plan => (depth === 0 ? plan : [nest(depth - 1, plan)]);

const { plan: small } = fc.letrec<{ plan: Plan }>((tie) => ({
  plan: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant<Plan>('leaf'),
    fc.array(tie('plan'), { maxLength: 4 }),
  ),
}));

const plans: Arbitrary<Tree> = fc
  .oneof<Arbitrary<Plan>[]>(
    fc.array(small, { maxLength: 4 }),
    fc.integer({ min: 1, max: 12 }).map((depth) => nest(depth, 'leaf')),
    fc.constantFrom(1_000, 1_001).map((width) => times(width, 'leaf')),
    // Members without an error of their own count as well.
    fc.constantFrom(31, 32, 100).map((width): Plan => ['leaf', ...times(width, times(width, []))]),
  )
  .map(treeOf);

/** An aggregate whose `errors` is whatever it is told to be. */
const withErrors = (errors: unknown): Error => Object.assign(new AggregateError([], SECRET), { errors });

/** Aggregates in which one stands, at some depth, that holds one further up. */
const circles: Arbitrary<Tree> = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 3 }), fc.boolean())
  .map(([depth, width, hasKnown]) => ({
    isAnswered: false,
    make: () => {
      const members: Error[] = hasKnown ? [new NotFoundError('Public text')] : [];
      const first = new AggregateError(members, SECRET);
      // The constructor copies its list.
      let error: Error = first;
      for (let n = 1; n < depth; n += 1) error = new AggregateError([...members, error], SECRET);
      first.errors.push(...Array.from({ length: width }, () => error));
      return error;
    },
  }));

const refuse = (): never => {
  throw new Error(SECRET);
};

const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  return proxy;
};

const huge = (length: number): object =>
  new Proxy([], { get: (_list, key) => (key === 'length' ? length : new NotFoundError('Public text')) });

const oddLists: readonly Make<unknown>[] = [
  () => SECRET,
  () => null,
  () => new Set([new NotFoundError()]),
  () => new Array(2 ** 20),
  () => huge(20_000),
  () => huge(Number.POSITIVE_INFINITY),
  () => huge(Number.NaN),
  () => huge(-1),
  () => new Proxy([new NotFoundError()], { get: refuse }),
  revoked,
];

const odd: Arbitrary<Tree> = fc
  .tuple(fc.constantFrom(...oddLists), fc.integer({ min: 0, max: 3 }))
  .map(([list, depth]) => ({
    isAnswered: false,
    make: () => {
      let error = withErrors(list());
      for (let n = 0; n < depth; n += 1) error = new AggregateError([new NotFoundError(), error], SECRET);
      return error;
    },
  }));

/** Aggregates of known errors: within all limits, around them, and far from them. */
export const tree: Arbitrary<Tree> = fc.oneof(plans, circles, odd);

/** Gives out, each time it is asked, as many new aggregates that do the same. */
export const endless = (width: number, onGive: () => void): Error => {
  const error = withErrors(undefined);
  return Object.defineProperty(error, 'errors', {
    get: () => {
      onGive();
      return Array.from({ length: width }, () => endless(width, onGive));
    },
  });
};
