import type { Logger } from 'pino';
import { type CopyFields, MAX_VALUES } from '../redaction/index.ts';
import { type Bound, boundTo } from './bound.ts';
import { type Formatter, tryFormat } from './children.ts';
import {
  type About,
  aboutOf,
  type MergeStrategy,
  type Mixin,
  type OwnMixin,
  runOwn,
  writeIds,
} from './context-fields.ts';
import type { Preset } from './presets/index.ts';
import { readFieldsOf } from './privacy/index.ts';
import { instrumentedFields, isInstrumented } from './trace-fields.ts';

/** Marks a view of a logger whose lines are kept by the flight recorder. */
export const RECORDED = Symbol('lines of this logger are kept, not printed');

/** What the formatter of a line must know, and pino does not tell it. */
interface Writing {
  readonly about: About;
  /** Whether an instrumentation of pino wrote the trace into the mixin, of whatever span is active. */
  readonly instrumented: boolean;
  readonly logger: Logger;
  readonly level: number;
  /** A line of ours, whose texts are clean as far as `CLEAN_NAMES` goes. */
  readonly clean: object | undefined;
}

/** Texts of lines about a request: made by us, or free of secrets from the moment on when they were read. */
export const CLEAN_NAMES: ReadonlySet<string> = new Set(['event', 'method', 'path', 'ip', 'outcome', 'kind']);

/** How the lines of a logger are made. */
export interface LineFormat {
  readonly own: OwnMixin;
  /** Redacts; of the texts of a line of ours, those of `CLEAN_NAMES` are taken as they are. */
  readonly copy: CopyFields;
  readonly preset: Preset;
  readonly messageKey: string;
  /** Whether nothing of the app's gets its hands on a line before it is formatted. */
  readonly untouched: boolean;
  /** Whether level is said by fields, as pino says it in a way of its own. */
  readonly levelAsField: boolean;
}

/** The steps by which pino makes a line, in their order. */
export interface LineWriter {
  /** What the app's mixin says and what it bound to the request; fields bound to the logger win over both. */
  readonly mixin: Mixin;
  /** Merges a line with its mixin: the line's fields win. */
  readonly merge: MergeStrategy;
  /** What is printed: redacted, with what is bound to the logger below and the ids above. */
  readonly format: (own: Formatter | undefined, line: object) => Record<string, unknown>;
}

const copyUnbound = (to: Record<string, unknown>, from: object, bound: Bound): void => {
  for (const name of Object.keys(from)) {
    if (!Object.hasOwn(bound, name)) to[name] = (from as Readonly<Record<string, unknown>>)[name];
  }
};

/** As many members as a line has at most; a member without a value is none, and hides nothing that was bound. */
const assignDefined = (to: object, from: object): object => {
  const target: Record<string, unknown> = Object(to);
  const source: Readonly<Record<string, unknown>> = Object(from);
  const names = Object.keys(source);
  if (names.length > MAX_VALUES) names.length = MAX_VALUES;
  for (const name of names) {
    const value = source[name];
    if (value !== undefined) target[name] = value;
  }
  return to;
};

const isEmpty = (fields: object): boolean => {
  for (const _name in fields) return false;
  return true;
};

const mergeLine = (own: MergeStrategy | undefined, line: object, mixin: object): object => {
  if (own === undefined) return assignDefined(mixin, line);
  const fields = { ...mixin };
  try {
    // Copied here, where getters of it may throw.
    return { ...own(line, mixin) };
  } catch {
    // It must cost neither the line nor the ids.
    return assignDefined(fields, line);
  }
};

/**
 * Makes the lines of a logger and its children. All fields of a line are members of one object, so that each name stands
 * once.
 */
export const createLineWriter = (how: LineFormat): LineWriter => {
  const { own, copy, preset, messageKey, levelAsField, untouched } = how;
  // From step to step of one line, which follow each other at once: a field of the line itself would cost a microsecond.
  let writing: Writing | undefined;

  const takeWriting = (): Writing | undefined => {
    const taken = writing;
    writing = undefined;
    return taken;
  };

  const clean = (
    formatted: object,
    line: object,
    texts: object | undefined,
    into: Record<string, unknown>,
  ): Record<string, unknown> => {
    if (formatted === line) return copy(formatted, into, texts);
    const cleaned = copy(formatted, {}, texts);
    // Not that of a formatter, which cannot know whether there is a message.
    if (!(messageKey in line)) delete cleaned[messageKey];
    return Object.assign(into, cleaned);
  };

  return {
    mixin: (line, level, logger) => {
      const about = aboutOf(line);
      const bound = boundTo(logger);
      const fields: Record<string, unknown> = {};
      if (own.mixin !== undefined) copyUnbound(fields, runOwn(own.mixin, line, level, logger), bound);
      const instrumented = own.mixin !== undefined && isInstrumented(fields);
      if (about.record !== undefined) copyUnbound(fields, readFieldsOf(logger)(about.record.fields), bound);
      // The message has its own place in the line.
      if (Object.hasOwn(fields, messageKey)) delete fields[messageKey];
      // Last, as the app's mixin may have logged.
      const texts = about.isNamed && untouched ? line : undefined;
      writing = { about, instrumented, logger, level, clean: texts };
      return fields;
    },
    merge: (line, mixin) => {
      const taken = takeWriting();
      // A line of ours with nothing to merge goes on as it is.
      const merged = taken?.clean !== undefined && isEmpty(mixin) ? line : mergeLine(own.merge, line, mixin);
      writing = taken;
      return merged;
    },
    format: (formatter, line) => {
      const taken = takeWriting();
      const formatted = tryFormat(formatter, line);
      if (taken === undefined) return preset.format(clean(formatted, line, undefined, {}), undefined);
      const { about, instrumented, logger, level } = taken;
      const fields = clean(formatted, line, taken.clean, { ...boundTo(logger) });
      writeIds(fields, about);
      if (instrumented) Object.assign(fields, instrumentedFields(about.trace));
      if (levelAsField) Object.assign(fields, preset.level(logger.levels.labels[level] ?? '', level));
      if (Object.hasOwn(logger, RECORDED)) fields.flightRecorder = true;
      return preset.format(fields, about.trace);
    },
  };
};
