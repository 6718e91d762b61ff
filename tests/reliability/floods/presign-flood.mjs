// Presigns as fast as it is answered, over so many connections, until it is told to stop; then says what it was told.
//   node presign-flood.mjs URL ACCESS_TOKEN CONNECTIONS
import http from 'node:http';

const [url, token, connections] = process.argv.slice(2);
const agent = new http.Agent({ keepAlive: true, maxSockets: Number(connections) });
const body = JSON.stringify({ filename: 'flood.jpg', contentType: 'image/jpeg', fileSize: 1_000 });
const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'content-length': body.length };
const answers = {};
let isUncounted = 0;
let going = true;

function presign() {
  return new Promise((resolve) => {
    const request = http.request(new URL('/uploads/presign', url), { method: 'POST', headers, agent }, (response) => {
      count(response);
      response.resume().once('close', resolve);
    });
    request.once('error', () => {
      answers[0] = (answers[0] ?? 0) + 1;
      resolve();
    });
    request.end(body);
  });
}

function count({ statusCode, headers: { ratelimit, 'retry-after': retryAfter } }) {
  answers[statusCode] = (answers[statusCode] ?? 0) + 1;
  if (statusCode === 429 && !(ratelimit && Number(retryAfter) > 0)) isUncounted += 1;
}

async function loop() {
  while (going) await presign();
}

process.once('disconnect', () => (going = false));
process.once('message', () => (going = false));
await Promise.all(Array.from({ length: Number(connections) }, loop));
process.send?.({ answers, withoutHeaders: isUncounted });
agent.destroy();
process.disconnect?.();
