/** Status phrases of RFC 9110 §15 and of the IANA registry, for the statuses an error can answer with. */
const PHRASES: Readonly<Record<number, string>> = Object.freeze({
  400: 'Bad Request',
  401: 'Unauthorized',
  402: 'Payment Required',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  407: 'Proxy Authentication Required',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  411: 'Length Required',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  416: 'Range Not Satisfiable',
  417: 'Expectation Failed',
  418: "I'm a Teapot",
  421: 'Misdirected Request',
  422: 'Unprocessable Content',
  423: 'Locked',
  424: 'Failed Dependency',
  425: 'Too Early',
  426: 'Upgrade Required',
  428: 'Precondition Required',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  451: 'Unavailable For Legal Reasons',
  499: 'Client Closed Request',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
  505: 'HTTP Version Not Supported',
  506: 'Variant Also Negotiates',
  507: 'Insufficient Storage',
  508: 'Loop Detected',
  511: 'Network Authentication Required',
});

/** Whether `value` is a status an error can answer with: a whole number from 400 to 599. */
export const isErrorStatus = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 400 && value <= 599;

/** The phrase of a status; an unlisted one takes the phrase of its class. */
export const statusPhrase = (status: number): string =>
  PHRASES[status] ?? (status < 500 ? 'Client Error' : 'Server Error');

const codeOf = (phrase: string): string => phrase.toLowerCase().replaceAll("'", '').replaceAll(' ', '-');

const CODES: Readonly<Record<string, string>> = Object.freeze(
  Object.fromEntries(Object.entries(PHRASES).map(([status, phrase]) => [status, codeOf(phrase)])),
);

/** The stable code of a status: its phrase in kebab case, `not-found` for 404. */
export const statusCode = (status: number): string => CODES[status] ?? codeOf(statusPhrase(status));
