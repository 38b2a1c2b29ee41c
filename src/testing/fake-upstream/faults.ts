import type { ServerResponse } from 'node:http';
import { turn } from '../rest.ts';
import { JSON_TYPE } from './answer.ts';

/**
 * Ways to fail:
 *
 * - `reset`: the connection is reset before any answer
 * - `reset-mid-body`: headers and a part of the body, then the connection is reset
 * - `hang`: no answer, until somebody closes the connection
 * - `stall-body`: headers and a part of the body, then nothing more
 * - `truncate`: a JSON answer that says it is longer than what comes, and then ends
 * - `garbage`: HTML that calls itself JSON
 * - `garbage-bytes`: bytes that are no HTTP at all
 * - `invalid-status`: HTTP whose status is no number
 * - `invalid-chunks`: a body whose chunked coding is broken
 * - `endless`: a JSON answer without end, until the caller closes the connection
 */
export type UpstreamFault =
  | 'reset'
  | 'reset-mid-body'
  | 'hang'
  | 'stall-body'
  | 'truncate'
  | 'garbage'
  | 'garbage-bytes'
  | 'invalid-status'
  | 'invalid-chunks'
  | 'endless';

type Fault = (response: ServerResponse) => void;

const CHUNK = Buffer.alloc(64 * 1024, 0x20);
const PART = '{"id":';
const HTML = '<!doctype html><title>Maintenance</title>';

const pourWithoutEnd: Fault = (response) => {
  response.writeHead(200, JSON_TYPE);
  const pour = (): void => {
    while (!response.destroyed && response.write(CHUNK));
  };
  response.on('drain', pour);
  pour();
};

/** Headers that promise more than the part of the body that follows them. */
const part =
  (then: Fault): Fault =>
  (response) => {
    response.writeHead(200, { ...JSON_TYPE, 'content-length': '1000' });
    response.write(PART, async () => {
      // A caller that finds the bytes and a reset together takes that for an end, on Node before 24.
      await turn();
      await turn();
      then(response);
    });
  };

const reset: Fault = ({ socket }) => {
  socket?.resetAndDestroy();
};

const raw =
  (bytes: string): Fault =>
  (response) => {
    response.socket?.end(bytes);
  };

const nothing: Fault = () => undefined;

/** What each fault does to a response. */
export const faults: Readonly<Record<UpstreamFault, Fault>> = Object.freeze({
  reset,
  'reset-mid-body': part(reset),
  hang: nothing,
  'stall-body': part(nothing),
  truncate: part((response) => response.destroy()),
  garbage: (response: ServerResponse) => {
    response.writeHead(200, JSON_TYPE).end(HTML);
  },
  'garbage-bytes': raw('\u0016\u0003\u0001 this is no HTTP\r\n\r\n'),
  'invalid-status': raw('HTTP/1.1 2OO OK\r\ncontent-length: 0\r\n\r\n'),
  'invalid-chunks': raw('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nno size\r\n'),
  endless: pourWithoutEnd,
});
