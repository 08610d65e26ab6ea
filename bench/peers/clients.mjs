import { Agent } from 'node:http';
import axios from 'axios';
import { Pool } from 'undici';

const { DOWNSTREAM } = process.env;

/** Reads JSON over axios as its documentation shows, with connections kept alive. */
export function axiosGet() {
  const client = axios.create({ baseURL: DOWNSTREAM, httpAgent: new Agent({ keepAlive: true, maxSockets: 128 }) });
  return async (path) => (await client.get(path)).data;
}

/** Reads JSON over undici. */
export function undiciGet() {
  const pool = new Pool(DOWNSTREAM, { connections: 128 });
  return async (path) => {
    const { body } = await pool.request({ path, method: 'GET' });
    return body.json();
  };
}
