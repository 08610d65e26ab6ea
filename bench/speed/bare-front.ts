import { createServer } from 'node:http';
import { createPoolFetch } from '@bff/resilience';

/** The smallest server that accepts orders from clients: it forwards each to the bare handler. */
const { INGRESS = '', PORT } = process.env;
const send = createPoolFetch(INGRESS);

async function forward(text: string): Promise<Response> {
  const { id, request } = JSON.parse(text) as { readonly id: string; readonly request: object };
  const headers = { 'content-type': 'application/json' };
  return send(`${INGRESS}/BareOrder/${id}/run`, { method: 'POST', headers, body: JSON.stringify(request) });
}

createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    void forward(Buffer.concat(chunks).toString()).then(async (answer) => {
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(await answer.text());
    });
  });
}).listen(Number(PORT), '127.0.0.1');
