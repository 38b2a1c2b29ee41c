import type { SettingChange } from '../../events/index.ts';
import { object } from '../../kernel/index.ts';

type Flat = ReadonlyMap<string, unknown>;

const entriesOf = (value: unknown, path: string): readonly (readonly [string, unknown])[] => {
  if (!object.type(value)) return [[path, value]];
  // An object, as the check says.
  return Object.entries(value as object).flatMap(([key, member]) =>
    entriesOf(member, path === '' ? key : `${path}.${key}`),
  );
};

const isSame = (one: unknown, other: unknown): boolean =>
  Array.isArray(one) && Array.isArray(other)
    ? one.length === other.length && one.every((item, index) => item === other[index])
    : one === other;

/** A function has no text that says more than that it is one. */
const shown = (value: unknown): unknown => (typeof value === 'function' ? 'function' : value);

/** What is different between two trees of settings, by path. */
export const changesBetween = (before: object, after: object): readonly SettingChange[] => {
  const old: Flat = new Map(entriesOf(before, ''));
  const next: Flat = new Map(entriesOf(after, ''));
  const paths = [...new Set([...old.keys(), ...next.keys()])];
  const changed = paths.filter((path) => !isSame(old.get(path), next.get(path)));
  return Object.freeze(
    changed.map((option) =>
      Object.freeze({ option, before: shown(old.get(option)), after: shown(next.get(option)) }),
    ),
  );
};
