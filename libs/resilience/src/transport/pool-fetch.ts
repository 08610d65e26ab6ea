import { Pool } from 'undici';

/** What is read of an answer. */
type Answer = Pick<Response, 'ok' | 'status' | 'headers' | 'text' | 'arrayBuffer'>;

/**
 * `fetch` for the client of a server that is asked again and again: over a pool of kept-alive connections, for a body that is
 * text or bytes and an answer that is read whole. The platform's own `fetch` creates streams and requests that are not used here.
 * Throws what the signal was aborted with, and undici's errors.
 */
export function createPoolFetch(baseUrl: string): typeof fetch {
  // Deadlines are the caller's.
  const pool = new Pool(new URL(baseUrl).origin, { allowH2: false, headersTimeout: 0, bodyTimeout: 0 });
  const ask = async (
    url: string | URL,
    { method = 'GET', headers, body, signal }: RequestInit = {},
  ): Promise<Answer> => {
    const { pathname, search } = new URL(url);
    const answer = await pool.request({
      path: pathname + search,
      method,
      signal: signal ?? null,
      // The client writes headers as an object, and bodies as text or bytes.
      headers: headers as Readonly<Record<string, string>>,
      body: (body ?? null) as string | Uint8Array | null,
    });
    const { statusCode: status } = answer;
    return {
      ok: status >= 200 && status < 300,
      status,
      // Of what is read of them none comes twice.
      headers: new Headers(answer.headers as Record<string, string>),
      text: () => answer.body.text(),
      arrayBuffer: () => answer.body.arrayBuffer(),
    };
  };
  // Callers read no more than this of a response.
  return ask as typeof fetch;
}
