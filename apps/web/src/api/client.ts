import createClient from 'openapi-fetch';
import type { components, paths } from './generated/schema';
import { problemOf } from './problem';
import { accessToken, reach } from './session';

export type Schemas = components['schemas'];

/** Routes that are asked before anybody is signed in. */
const BEFORE_SIGN_IN = /^\/auth\/(login|register|refresh)$/;
const UNAUTHORIZED = 401;

/** Every route of the API, typed as openapi.json says. Answers are read by `ask`. */
export const api = createClient<paths>({ baseUrl: location.origin, fetch: send });

async function send(request: Request): Promise<Response> {
  if (BEFORE_SIGN_IN.test(new URL(request.url).pathname)) return reach(request);
  const again = request.clone();
  const token = await accessToken();
  const response = await reach(authorized(request, token));
  if (response.status !== UNAUTHORIZED || token === null) return response;
  // Over before its time, as after a laptop's sleep: once more with a new one.
  const renewed = await accessToken(token);
  return renewed === null ? response : reach(authorized(again, renewed));
}

function authorized(request: Request, token: string | null): Request {
  if (token !== null) request.headers.set('Authorization', `Bearer ${token}`);
  return request;
}

interface Answered<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** What a route answers. @throws ApiProblem, Unreachable */
export async function ask<Data>(call: Promise<Answered<Data>>): Promise<Data> {
  return (await askAll(call)).data;
}

/** With the response, for those who need its headers. @throws ApiProblem, Unreachable */
export async function askAll<Data>(call: Promise<Answered<Data>>): Promise<{ data: Data; response: Response }> {
  const { data, error, response } = await call;
  if (!response.ok) throw problemOf(error, response);
  return { data: data as Data, response };
}
