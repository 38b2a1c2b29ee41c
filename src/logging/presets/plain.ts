import { isoTime, type Preset } from './preset.ts';

/** Our own names, flat: `time` as ISO 8601 in UTC with milliseconds, `level` as a word. */
export const plainPreset: Preset = Object.freeze<Preset>({
  messageKey: 'msg',
  timestamp: isoTime('time'),
  level: (label) => ({ level: label }),
  format: (fields) => fields,
});
