import { parseLine } from './line.ts';

/** A name that an object of a line has more than once, of which JSON.parse keeps the last alone. */
export interface DuplicateKey {
  /** Number of the line, from 1. */
  readonly line: number;
  /** The objects that it stands in and itself, joined by dots; `[]` for a list. */
  readonly path: string;
}

interface Container {
  readonly path: string;
  /** The names of an object so far; a list has none. */
  readonly names: Set<string> | undefined;
  name: string;
}

// A text, or a mark that opens, closes or divides; numbers and words lie between.
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

const pathIn = ({ path, names, name }: Container): string => {
  if (names === undefined) return `${path}[]`;
  return path === '' ? name : `${path}.${name}`;
};

/** The paths of names that stand twice in their object. @throws Error for what is no JSON */
export const duplicatesIn = (json: string): readonly string[] => {
  parseLine(json);
  const found: string[] = [];
  const open: Container[] = [];
  const tokens = json.match(TOKEN) ?? [];
  tokens.forEach((token, place) => {
    const inside = open.at(-1);
    if (token === '{' || token === '[') {
      const path = inside === undefined ? '' : pathIn(inside);
      open.push({ path, names: token === '{' ? new Set() : undefined, name: '' });
    } else if (token === '}' || token === ']') open.pop();
    else if (token.startsWith('"') && inside?.names !== undefined && tokens[place + 1] === ':') {
      // Names are compared as they are read: "\u0061" is "a".
      inside.name = JSON.parse(token);
      if (inside.names.has(inside.name)) found.push(pathIn(inside));
      inside.names.add(inside.name);
    }
  });
  return found;
};
