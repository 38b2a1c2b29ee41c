import type { ProblemBody } from '../errors/index.ts';

const ENTITIES: Readonly<Record<string, string>> = Object.freeze({
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
});

const escapeHtml = (text: unknown): string =>
  String(text).replace(/[&<>"']/g, (mark) => ENTITIES[mark] ?? '');

/** A small page for people who meet a problem in their browser: status, title, detail and the id to quote. No scripts, no styles. */
export const problemPage = ({ status, title, detail, requestId }: ProblemBody): string => {
  const heading = `${escapeHtml(status)} ${escapeHtml(title)}`;
  const text = detail === undefined ? '' : `<p>${escapeHtml(detail)}</p>\n`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${heading}</title>
</head>
<body>
<h1>${heading}</h1>
${text}<p>Request id: <code>${escapeHtml(requestId)}</code></p>
</body>
</html>
`;
};
