const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const MONTH = `(${MONTHS.join('|')})`;
const TIME = '(\\d{2}):(\\d{2}):(\\d{2})';
const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const LONG_DAY = '(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day';

/** `Sun, 06 Nov 1994 08:49:37 GMT` */
const IMF = new RegExp(`^${DAY}, (\\d{2}) ${MONTH} (\\d{4}) ${TIME} GMT$`);
/** `Sunday, 06-Nov-94 08:49:37 GMT` */
const RFC850 = new RegExp(`^${LONG_DAY}, (\\d{2})-${MONTH}-(\\d{2}) ${TIME} GMT$`);
/** `Sun Nov  6 08:49:37 1994` */
const ASCTIME = new RegExp(`^${DAY} ${MONTH} (\\d{2}| \\d) ${TIME} (\\d{4})$`);

/** The whole year of two digits: never more than 50 years ahead (RFC 9110 §5.6.7). */
const fullYear = (twoDigits: number, now: number): number => {
  const thisYear = new Date(now).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + twoDigits;
  return year > thisYear + 50 ? year - 100 : year;
};

interface Parts {
  readonly day: string | undefined;
  readonly month: string | undefined;
  readonly year: number;
  readonly time: readonly (string | undefined)[];
}

const partsOf = (value: string, now: number): Parts | undefined => {
  const imf = IMF.exec(value);
  if (imf) return { day: imf[1], month: imf[2], year: Number(imf[3]), time: imf.slice(4) };
  const rfc850 = RFC850.exec(value);
  if (rfc850)
    return {
      day: rfc850[1],
      month: rfc850[2],
      year: fullYear(Number(rfc850[3]), now),
      time: rfc850.slice(4),
    };
  const asctime = ASCTIME.exec(value);
  if (asctime)
    return { day: asctime[2], month: asctime[1], year: Number(asctime[6]), time: asctime.slice(3, 6) };
  return undefined;
};

/**
 * Reads a date in one of the three forms of HTTP, to the letter; `undefined` for anything else.
 *
 * @param now in milliseconds since the Unix epoch
 * @returns milliseconds since the Unix epoch
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
 */
export const parseHttpDate = (value: string, now: number): number | undefined => {
  const parts = partsOf(value.trim(), now);
  if (parts === undefined) return undefined;
  const { day, month, year, time } = parts;
  const [hours = 0, minutes = 0, seconds = 0] = time.map(Number);
  // Date.UTC would take the years 0 to 99 for those of the last century.
  const midnight = new Date(0).setUTCFullYear(year, MONTHS.indexOf(month ?? ''), Number(day));
  // 31 February would be some day in March; a leap second is the 61st of its minute.
  const isReal =
    new Date(midnight).getUTCDate() === Number(day) && hours < 24 && minutes < 60 && seconds <= 60;
  return isReal ? midnight + ((hours * 60 + minutes) * 60 + seconds) * 1_000 : undefined;
};
