import { createServer } from 'node:net';
import { findAnswer as answerOfBlog } from './blog.js';
import { findAnswer as answerOfShop, sellOne } from './shop.js';

/**
 * The downstreams of all workloads in one process: HTTP/1.1 over plain sockets, answers made once and kept, so that they
 * are never the bottleneck. Fifty products are sold in a second, and are another text from then on. GET alone. `GET /_calls` says
 * how many calls came since it was asked last; from `GET /_slow/2000` on the catalog takes that many milliseconds for each answer.
 */
const port = Number(process.env['PORT']);
const answers = new Map<string, Buffer>();
let calls = 0;
let catalogMs = 0;
/** No product is sold twice before each was sold once. */
const STRIDE = 381;
let sold = 0;
setInterval(() => sellOne((sold += STRIDE)), 20);

function buildResponse(status: string, body: string): Buffer {
  return Buffer.from(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function respond(path: string): Buffer {
  if (path === '/_calls') {
    const counted = calls;
    calls = 0;
    return buildResponse('200 OK', String(counted));
  }
  if (path.startsWith('/_slow/')) {
    catalogMs = Number(path.slice('/_slow/'.length));
    return buildResponse('200 OK', '{}');
  }
  calls++;
  // What is for sale changes.
  if (path.startsWith('/products')) return buildResponse('200 OK', answerOfShop(path) ?? '{}');
  let known = answers.get(path);
  if (!known) {
    const body = answerOfShop(path) ?? answerOfBlog(path);
    known = body === undefined ? buildResponse('404 Not Found', '{}') : buildResponse('200 OK', body);
    answers.set(path, known);
  }
  return known;
}

createServer({ noDelay: true }, (socket) => {
  let rest = '';
  socket.setEncoding('latin1');
  socket.on('error', () => socket.destroy());
  socket.on('data', (text: string) => {
    rest += text;
    for (let end = rest.indexOf('\r\n\r\n'); end >= 0; end = rest.indexOf('\r\n\r\n')) {
      const path = rest.slice(rest.indexOf(' ') + 1, rest.indexOf(' HTTP/1.1'));
      rest = rest.slice(end + 4);
      if (catalogMs > 0 && path.startsWith('/products')) setTimeout(() => socket.write(respond(path)), catalogMs);
      else socket.write(respond(path));
    }
  });
}).listen(port, '127.0.0.1');
